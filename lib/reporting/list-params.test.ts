import { describe, expect, it } from "vitest";
import { containsPattern, type ListShape, listHref, readListParams, sortHref } from "./list-params";

const shape: ListShape<"submitted" | "student", "status" | "on"> = {
  sorts: ["submitted", "student"],
  defaultSort: "-submitted",
  filters: { status: ["active", "lapsed"], on: /^\d{4}-\d{2}-\d{2}$/ },
};

describe("readListParams", () => {
  it("falls back to the defaults of the list", () => {
    expect(readListParams({}, shape)).toEqual({
      search: "",
      sort: "submitted",
      descending: true,
      filters: { status: "", on: "" },
      page: 1,
    });
  });

  it("reads every word", () => {
    const query = { q: " Lena ", sort: "student", status: "active", on: "2026-12-03", page: "3" };
    expect(readListParams(query, shape)).toEqual({
      search: "Lena",
      sort: "student",
      descending: false,
      filters: { status: "active", on: "2026-12-03" },
      page: 3,
    });
  });

  it.each([
    [{ sort: "password" }, { sort: "submitted", descending: true }],
    [{ sort: "--student" }, { sort: "submitted", descending: true }],
    [{ page: "0" }, { page: 1 }],
    [{ page: "1.5" }, { page: 1 }],
    [{ page: "1e9" }, { page: 1 }],
    [{ status: "' or 1=1" }, { filters: { status: "", on: "" } }],
    [{ on: "2026-12-03'" }, { filters: { status: "", on: "" } }],
    [{ q: ["first", "second"] }, { search: "first" }],
    [{ q: "a\u0000b" }, { search: "ab" }],
  ])("does not trust %o", (query, expected) => {
    expect(readListParams(query, shape)).toMatchObject(expected);
  });

  it("keeps a search to 120 characters", () => {
    expect(readListParams({ q: "x".repeat(500) }, shape).search).toHaveLength(120);
  });
});

describe("listHref", () => {
  const params = readListParams({ q: "a&b", status: "active", page: "2" }, shape);

  it("keeps what is set and leaves defaults out", () => {
    expect(listHref("/admin/enrollments", params, shape)).toBe(
      "/admin/enrollments?q=a%26b&status=active&page=2",
    );
  });

  it("changes single words", () => {
    expect(listHref("/x", params, shape, { status: "", page: 1 })).toBe("/x?q=a%26b");
  });

  it("is the plain path when nothing is set", () => {
    expect(listHref("/x", readListParams({}, shape), shape)).toBe("/x");
  });

  it("sorts by another column first upwards, then the other way, from page 1", () => {
    expect(sortHref("/x", params, shape, "student")).toBe("/x?q=a%26b&status=active&sort=student");
    expect(sortHref("/x", readListParams({ sort: "student" }, shape), shape, "student")).toBe(
      "/x?sort=-student",
    );
    expect(sortHref("/x", readListParams({}, shape), shape, "submitted")).toBe("/x?sort=submitted");
  });
});

describe("containsPattern", () => {
  it.each([
    ["Lena", "%Lena%"],
    ["50%", "%50\\%%"],
    ["a_b", "%a\\_b%"],
    ["back\\slash", "%back\\\\slash%"],
  ])("%s is searched for as it stands", (search, pattern) => {
    expect(containsPattern(search)).toBe(pattern);
  });
});
