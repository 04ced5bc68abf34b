import { describe, expect, it } from "vitest";
import { changesOf } from "./audit-queries";

describe("changesOf", () => {
  it("leaves out columns that say nothing, and the time of the change", () => {
    const after = { name: "Piano", note: null, updated_at: "2026-11-01" };
    expect(changesOf({ before: null, after, erasedAt: null })).toEqual([
      { column: "name", from: null, to: "Piano" },
    ]);
  });

  it("still names every column whose values were erased", () => {
    const gone = { name: null, phone: null };
    expect(changesOf({ before: gone, after: gone, erasedAt: new Date("2026-11-01T12:00:00Z") })).toEqual([
      { column: "name", from: null, to: null },
      { column: "phone", from: null, to: null },
    ]);
  });
});
