import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { zipFamily } from "./export-family";
import { escapeHtml, exportPage } from "./export-page";
import { valueWords } from "./export-values";
import type { FamilyExport, HeldRow, HeldTables } from "./schema";

const lena = "7f1c0c9e-0000-4000-8000-000000000001";
const teacher = "7f1c0c9e-0000-4000-8000-000000000002";
const lesson = "7f1c0c9e-0000-4000-8000-000000000003";
const admin = "7f1c0c9e-0000-4000-8000-000000000004";
const secret = "7f1c0c9e-0000-4000-8000-00000000dead";

function held(tables: HeldTables, role: "parent" | "admin" = "parent"): FamilyExport {
  return {
    exported_at: "2026-11-26T17:30:00.000Z",
    academy: {
      name: "Cedar & Heights",
      email: "office@cedar.example",
      phone: "555-0100",
      address: "1 Cedar Street",
      time_zone: "America/New_York",
    },
    exported_by: { name: "Nadia <Rahman>", role },
    family: { id: lena, name: "Rahman family" },
    tables,
    texts: [],
    names: { [teacher]: "Elena Marquez" },
  };
}

const words = (column: string, row: HeldRow) =>
  valueWords(column, row, {
    timeZone: "America/New_York",
    names: { [teacher]: "Elena Marquez", [lena]: "Lena R" },
  });

describe("valueWords", () => {
  it.each<[string, HeldRow, string | null]>([
    ["paid_at", { paid_at: "2026-11-21T21:05:10.000721+00:00" }, "Sat, Nov 21, 2026, 4:05 pm EST"],
    ["paid_at", { paid_at: "2026-07-01T12:00:00+00:00" }, "Wed, Jul 1, 2026, 8:00 am EDT"],
    ["at", { at: "2026-12-31T23:30:00-05:00" }, "Thu, Dec 31, 2026, 11:30 pm EST"],
    [
      "during",
      { during: '["2026-12-03 20:00:00+00","2026-12-03 20:45:00+00")' },
      "Thu, Dec 3, 2026, 3:00 – 3:45 pm EST",
    ],
    ["valid", { valid: "[2026-10-12,2026-12-19)" }, "Oct 12 – Dec 18, 2026"],
    ["birth_date", { birth_date: "2017-02-13" }, "Feb 13, 2017"],
    ["amount_cents", { amount_cents: 16_050, currency: "usd" }, "$160.50 USD"],
    ["amount_cents", { amount_cents: -850, currency: "eur" }, "-€8.50 EUR"],
    ["payer_share_bp", { payer_share_bp: 6000 }, "60 %"],
    ["minutes", { minutes: 90 }, "1 h 30 min"],
    ["size_bytes", { size_bytes: 52_400 }, "52.4 kB"],
    ["weekday", { weekday: 0 }, "Monday"],
    ["starts", { starts: "16:15:00" }, "4:15 pm"],
    ["times", { times: "{[0,10080)}" }, "Any time"],
    ["times", { times: "{[900,1140),[1440,2880)}" }, "Monday 3:00 pm – 7:00 pm, Tuesday"],
    ["is_active", { is_active: false }, "No"],
    ["status", { status: "partially_refunded" }, "Partially refunded"],
    ["body", { body: "no_underscores_are_touched" }, "no_underscores_are_touched"],
    ["student_id", { student_id: lena }, "Lena R"],
    ["student_id", { student_id: secret }, null],
    ["teacher_id", { teacher_id: secret }, "A former teacher"],
    ["author_id", { author_id: admin }, "The academy"],
    ["author_id", { author_id: teacher }, "Elena Marquez"],
    ["phone", { phone: null }, null],
    ["note", { note: "" }, null],
    [
      "lines",
      {
        currency: "usd",
        lines: [
          { code: "tuition", label: "Tuition", cents: 16_000, recurring: true },
          { code: "sibling", label: "Sibling discount", cents: -1280, recurring: true },
        ],
      },
      "Tuition: $160.00 USD\nSibling discount: -$12.80 USD",
    ],
    [
      "data",
      { data: { student: { firstName: "Lena", birthDate: "2017-02-13" }, choice: { teacherId: teacher } } },
      "First name: Lena\nBirth date: Feb 13, 2017\nTeacher: Elena Marquez",
    ],
    ["outcome", { outcome: { students: 2, email_log: 3 } }, "Students: 2\nEmail log: 3"],
  ])("%s of %j reads %s", (column, row, expected) => {
    expect(words(column, row)).toBe(expected);
  });
});

describe("exportPage", () => {
  it("escapes whatever anybody wrote", () => {
    expect(escapeHtml(`<b a="1" c='2'>&</b>`)).toBe("&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&lt;/b&gt;");
    const attack = `"><script>alert(1)</script><img src=x onerror='x'>`;
    const page = exportPage({
      ...held({
        families: [{ id: lena, name: attack }],
        students: [{ id: lena, first_name: attack, last_name: attack, birth_date: attack, [attack]: attack }],
        messages: [1, 2, 3].map((n) => ({ id: String(n), body: attack, sent_at: attack })),
        enrollments: [
          { id: lesson, number: attack, lines: [{ label: attack, cents: 1 }, { [attack]: attack }] },
        ],
      }),
      family: { id: lena, name: attack },
    });
    expect(page).not.toMatch(/<script|<img|onerror='/);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("Nadia &lt;Rahman&gt;");
    expect(page).toContain("Cedar &amp; Heights");
  });

  it("tells of each subject under its heading, with names for ids, oldest first", () => {
    const page = exportPage(
      held({
        families: [{ id: lena, name: "Rahman family" }],
        students: [{ id: lena, first_name: "Lena", last_name: "Rahman", birth_date: "2017-02-13" }],
        lessons: ["2026-12-10", "2026-12-03", "2026-11-26"].map((day, n) => ({
          id: n === 1 ? lesson : `${secret}${n}`,
          student_id: lena,
          teacher_id: teacher,
          booking_id: secret,
          during: `["${day} 20:00:00+00","${day} 20:45:00+00")`,
        })),
        lesson_notes: [
          { id: secret, lesson_id: lesson, student_id: lena, teacher_id: teacher, body: "Went\nwell" },
        ],
        payments: [
          { id: secret, receipt_number: 1001, amount_cents: 2500, currency: "usd", stripe_charge_id: "ch_1" },
        ],
      }),
    );
    const headings = [...page.matchAll(/<h[123][^>]*>([^<]+)</g)].map((match) => match[1]);
    expect(headings).toEqual([
      "Rahman family",
      "The family and its parents",
      "Family",
      "Students",
      "Students",
      "Lessons",
      "Lessons",
      "Notes and practice",
      "Notes after lessons",
      "Money",
      "Payments",
      "What is not in it",
    ]);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    for (const target of targets) expect(page, target).toContain(` id="${target}"`);
    expect(page.indexOf("Nov 26, 2026, 3:00")).toBeLessThan(page.indexOf("Dec 3, 2026, 3:00"));
    expect(page.indexOf("Dec 3, 2026, 3:00")).toBeLessThan(page.indexOf("Dec 10, 2026, 3:00"));
    expect(page).toContain("<dt>Lesson</dt><dd>Thu, Dec 3, 2026, 3:00 – 3:45 pm EST</dd>");
    expect(page).toContain("<dd>$25.00 USD</dd>");
    expect(page).not.toContain(secret);
    expect(page).not.toContain("ch_1");
  });

  it("gives the words that were agreed to with the consents", () => {
    const page = exportPage({
      ...held({
        consents: [
          { profile_id: lena, document: "news", version: "1", given_at: "2026-11-21T21:05:10+00:00" },
        ],
      }),
      texts: [{ document: "news", version: "1", body: "News <about> recitals" }],
    });
    expect(page).toContain("<dt>News by email, version 1</dt><dd>News &lt;about&gt; recitals</dd>");
  });

  it("shows columns that nobody has named yet", () => {
    const page = exportPage(held({ students: [{ id: lena, first_name: "Lena", favorite_color: "green" }] }));
    expect(page).toContain("<dt>Favorite color</dt><dd>green</dd>");
  });

  it("says what a parent does not get, and that the academy holds nothing", () => {
    const nothing = exportPage(held({}));
    expect(nothing).toContain("Nothing is held.");
    expect(nothing).toContain("another parent who pays for themselves");
    expect(exportPage(held({}, "admin"))).not.toContain("another parent who pays for themselves");
  });
});

describe("the ZIP", () => {
  it("holds the page and the same data as JSON", () => {
    const data = held({ families: [{ id: lena, name: "Rahman family" }] });
    const files = unzipSync(zipFamily(data));
    expect(Object.keys(files)).toEqual(["index.html", "data.json"]);
    expect(JSON.parse(strFromU8(files["data.json"] ?? new Uint8Array()))).toEqual(data);
    expect(strFromU8(files["index.html"] ?? new Uint8Array())).toBe(exportPage(data));
  });
});
