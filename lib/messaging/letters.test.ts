import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { usd } from "@/lib/money";
import { renderAuthEmail } from "./auth-email";
import { renderSlotLost } from "./enrollment-mails";
import { renderPaymentReceipt } from "./payment-mails";
import { academy, lesson, mia, payment, policy, renderSamples, slot } from "./sample-mails";
import type { RenderedMail } from "./smtp";
import { renderWelcomeParent, renderWelcomeTeacher } from "./welcome-mails";

let samples: ReadonlyMap<string, RenderedMail>;

beforeAll(async () => {
  samples = await renderSamples();
});

function sample(name: string): RenderedMail {
  const mail = samples.get(name);
  if (mail === undefined) throw new Error(`no sample named ${name}`);
  return mail;
}

/** What a person reads in the HTML part: no tags, no style sheet, entities resolved. */
function readableHtml({ html }: RenderedMail): string {
  return html
    .replace(/<style>.*?<\/style>/gs, "")
    .replace(/<[^>]+>/g, " ")
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");
}

const mailFiles = readdirSync(new URL("../../emails", import.meta.url))
  .filter((file) => file.endsWith(".tsx"))
  .map((file) => file.replace(".tsx", ""));

const when = "Thursday, December 3, 2026, 4:15 – 4:45 pm EST";

/** Facts that must stand in both parts of each mail. */
const facts: Readonly<Record<string, readonly string[]>> = {
  "enrollment-changed": [
    "Rosa",
    "Mia, with Elena Marsh",
    "December 24, 2026",
    "$78.00 is charged on Sat, Dec 5",
    "Thu, Dec 3, 4:15 pm EST",
    "taken back until the last day",
  ],
  "enrollment-changed:teacher": ["Elena", "Mia Alvarez", "December 24, 2026", "Thu, Dec 3, 4:15 pm EST"],
  "enrollment-changed:staying": ["Rosa", "the notice was taken back", "Thu, Dec 3, 4:15 pm EST"],
  "enrollment-changed:left": ["Rosa", "have ended", "You are welcome back"],
  "enrollment-changed:pausing": ["December 1, 2026", "December 24, 2026", "The place is kept"],
  "enrollment-changed:going-on": ["the pause is over", "Thu, Dec 3, 4:15 pm EST"],
  "enrollment-changed:new-teacher": ["Mia, with Elena Marsh", "The price stays the same."],
  "enrollment-changed:given-away": ["Daniel", "Elena Marsh", "not yours any more"],
  "lesson-cancelled": [
    "Rosa",
    "Piano lesson",
    when,
    "Elena Marsh",
    "by the teacher",
    "A cold",
    "make-up credit of 30 minutes, valid until Tue, Feb 2, 9:00 am EST",
  ],
  "lesson-cancelled:teacher": ["Elena", "Mia", "by the family", "The time is free again and not paid."],
  "lesson-moved": [
    "Rosa",
    when,
    "Tuesday, December 1, 2026, 4:00 – 4:30 pm EST, with Daniel Okafor",
    "Room 2, Cedar Heights Music Academy, 48 Cedar Heights Road",
    "The room is being painted",
  ],
  "lesson-reminder": ["Rosa", "tomorrow at 4:15 pm", when, "Elena Marsh", "Room 2", "If nobody can come"],
  "lesson-reminder:student-away": [
    "your piano lesson is today at 1:15 pm",
    "Thursday, December 3, 2026, 1:15 – 1:45 pm PST (4:15 pm EST at the academy)",
  ],
  "series-changed:continued": [
    "the next term is planned",
    "Thursday, December 24, 2026: the teacher is away",
    "make-up credit of 30 minutes, valid until Mon, Feb 22, 12:00 am EST",
    "Wed, Dec 23, 4:30 pm EST",
  ],
  "lesson-proposals": [
    "Rosa",
    "Elena Marsh cannot give Mia's piano lesson",
    when,
    "With Daniel Okafor",
    "Friday, December 4, 2026, 4:15 pm EST",
    "A make-up credit",
    "Choose by Wednesday, December 2, 2026, 4:15 pm EST",
  ],
  "makeup-offer": [
    "Mia's make-up of 30 minutes",
    "Thursday, December 17, 2026, 12:00 am EST",
    "Fri, Dec 4, 4:15 pm EST",
    "$40.00",
  ],
  "no-show": [
    "Mia did not come to Mia's piano lesson",
    when,
    "Elena Marsh had kept the time",
    "no make-up credit",
  ],
  "no-show-academy": [
    "Mia Alvarez did not come to 2 lessons of Fall",
    "Thu, Dec 3, 4:15 pm EST, with Elena Marsh",
  ],
  closure: [
    "Rosa",
    "Snow day",
    "Thursday, December 3, 2026, 4:15 – 4:45 pm EST",
    "make-up credit of 30 minutes",
    "Rock Band",
    "$27.50",
  ],
  "closure:teacher": ["Elena", "Staff training", "Mia", "Dec 3 – 4, 2026"],
  "absence-withdrawn": ["Rosa", "Elena Marsh can come after all", when, "Room 2"],
  "makeup-booked": ["Rosa", "Piano make-up lesson", when, "Elena Marsh", "Room 2", "final"],
  "confirm-address": ["rosa.alvarez@example.com", "1 hour"],
  "reset-password": ["rosa.alvarez@example.com", "1 hour"],
  "change-address": ["rosa.alvarez@example.com", "1 hour"],
  "sign-in-link": ["rosa.alvarez@example.com", "1 hour"],
  "welcome-parent": [
    "Rosa",
    "Mia, with Elena Marsh",
    "Piano trial lesson",
    when,
    "Room 2, Cedar Heights Music Academy, 48 Cedar Heights Road",
    "$25.00 USD with Visa ending 4242",
    "CH-1042",
    "within 7 days",
    ...policy,
  ],
  "welcome-parent:plan": [
    "Thursdays at 4:15 pm",
    "Monthly, 30-minute lessons: $160.00 a month, next charge on January 1, 2027",
  ],
  "welcome-student": ["Hi Mia!", "Elena Marsh", when, "Room 2"],
  "welcome-teacher": ["Elena", "Mia, 9 years old", "beginner", when, "Room 2", "Loves film music."],
  "welcome-academy": [
    "E-2026-0181",
    "Mia Alvarez, 9 years old, beginner",
    "rosa.alvarez@example.com, (914) 555-0177",
    when,
    "$25.00 USD with Visa ending 4242, receipt CH-1042",
    "teaches the sibling Leo",
  ],
  "provisional-reminder": [when, "$25.00 USD", "held until Tuesday, November 24, 2026, 11:45 am EST"],
  "provisional-reminder:second": ["no longer held", "Tuesday, December 8, 2026, 11:30 am EST"],
  "provisional-reminder:last": ["last reminder", "Tuesday, December 8, 2026, 11:30 am EST"],
  "slot-lost": [
    when,
    "You were not charged.",
    "Thu, Dec 3, 5:00 pm EST",
    "Fri, Dec 4, 4:15 pm EST",
    "Sat, Dec 5, 10:30 am EST",
    "with Daniel Okafor · Room 1 · 30 minutes",
    "15 minutes",
  ],
  "slot-lost:refunded": ["$25.00 USD is on its way back to your Visa ending 4242"],
  "enrollment-lapsed": ["Tuesday, November 24, 2026", "14 days", "Nothing was charged"],
  "enrollment-undone": [
    "Elena Marsh can take no more students this term.",
    "Your account and everything you typed.",
    "$25.00 USD is on its way back to your Visa ending 4242",
  ],
  "lesson-substituted": [
    "Elena Marsh is away that day, so Daniel Okafor gives Mia's piano lesson instead.",
    when,
    "Room 2",
  ],
  "lesson-substituted:own": ["Elena Marsh gives Mia's piano lesson after all", when],
  "substitution-assigned": ["in place of Elena Marsh", "Mia", when, "Room 2", "paid at your rate"],
  "series-changed": [
    "Mia, with Elena Marsh",
    "Thursdays at 4:15 pm, every week, 30 minutes",
    "Room 2, Cedar Heights Music Academy, 48 Cedar Heights Road",
    "Thu, Dec 3, 4:15 pm EST",
    "Thu, Dec 10, 4:15 pm EST",
    "Thu, Dec 17, 4:15 pm EST",
  ],
  "series-changed:moved": ["The new dates", "Thu, Dec 10, 4:15 pm EST", "none is added or lost"],
  "series-changed:ended": ["Cancelled dates", "Thu, Dec 10, 4:15 pm EST", "Thu, Dec 17, 4:15 pm EST"],
  "payment-receipt": [
    "CH-1042",
    "Tuesday, November 24, 2026, 11:31 am EST",
    "Visa ending 4242",
    "Mia Alvarez",
  ],
  "payment-receipt:plan": [
    "$160.00",
    "$15.00",
    "-$12.80",
    "-$25.00",
    "$137.20 USD",
    "American Express ending 0005",
  ],
  "refund-notice": [
    "CR-0031",
    "CH-1042",
    "$25.00 USD, the whole payment",
    "The lesson could not be scheduled.",
  ],
  "run-failed": [
    "#181 Mia Alvarez",
    "Schedule lesson",
    "The time is no longer held. Please choose another.",
    "Free the time",
    "Refund: please look at it",
    "/admin/workflows/01KB2Z8Q6T4M9X3V5N7P1R0SDF",
  ],
  "refund-notice:credit": [
    "$40.00 USD, part of $160.00 USD",
    "credit",
    "not charged again",
    "Two lessons less in December.",
  ],
  "payment-failed": [
    "Mia's piano tuition",
    "$160.00 USD",
    "Visa ending 9995",
    "enough money",
    "We try again on Thursday, December 3, 2026",
    "Replace the card",
  ],
  "payment-failed:final": ["not to try it again", "We do not charge this card again.", "they pause"],
  "lessons-paused": ["$160.00 USD", "December 1, 2026", "7 lessons to come", "come back by themselves"],
  "lessons-paused:academy": [
    "Mia Alvarez's piano lessons",
    "The family has been told.",
    "See the enrollment",
  ],
  "lessons-resumed": [
    "Thu, Dec 10, 4:15 pm EST",
    "These times were taken meanwhile",
    "Thu, Dec 3, 4:15 pm EST",
  ],
  "waitlist-offer": [
    "a piano lesson",
    when,
    "Elena Marsh",
    "Room 2",
    "Tuesday, November 24, 2026, 1:30 pm EST",
    "you keep your place on the waitlist",
  ],
  "waitlist-offer:class": [
    "a seat in Rock Band",
    "Saturdays, 4:15 pm to 5:45 pm; next on Saturday, December 5, 2026, 4:15 – 5:45 pm EST",
    "Juniper Studio",
    "$110.00 USD a month",
    "in every lesson that is still to come",
  ],
};

describe("every letter", () => {
  it("has a sample, and every sample its facts", () => {
    expect(new Set([...samples.keys()].map((name) => name.split(":")[0]))).toEqual(new Set(mailFiles));
    expect(new Set(samples.keys())).toEqual(new Set(Object.keys(facts)));
  });

  it.each(Object.keys(facts))("%s says the same facts in both parts", (name) => {
    const mail = sample(name);
    const html = readableHtml(mail);
    for (const fact of facts[name] ?? []) {
      expect(html).toContain(fact);
      expect(mail.text).toContain(fact);
    }
  });

  it.each(Object.keys(facts))("%s leaves nothing unresolved", (name) => {
    const { subject, html, text, attachments } = sample(name);
    for (const part of [subject, html, text, ...(attachments ?? []).map((file) => file.content)]) {
      expect(part).not.toMatch(/undefined|\bnull\b|NaN|\[object|Invalid Date|\$\{/);
    }
    expect(subject).toMatch(/^\S.{10,150}$/);
    expect(text).not.toMatch(/<\w+|&\w+;|\n{3,}/);
  });

  it.each(Object.keys(facts))(
    "%s has one button, a preheader, a dark mode and absolute links only",
    (name) => {
      const { html, text } = sample(name);
      const anchor = /<a [^>]*class="button"[^>]*>/.exec(html)?.[0] ?? "";
      const button = /href="([^"]+)"/.exec(anchor)?.[1] ?? "no button";
      expect(html.match(/class="button"/g)).toHaveLength(1);
      expect(text).toContain(`:\n${button.replaceAll("&amp;", "&")}\n`);
      expect(html).toContain('name="color-scheme" content="light dark"');
      expect(html).toContain("@media (prefers-color-scheme:dark)");
      expect(html).toMatch(/data-skip-in-text="true">[^<]{20,}/);
      for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^(https?:\/\/|mailto:)/);
    },
  );

  it("carries a calendar file exactly where a lesson is booked", () => {
    const withCalendar = [...samples]
      .filter(([, mail]) => mail.attachments !== undefined)
      .map(([name]) => name);
    expect(withCalendar).toEqual([
      "welcome-parent",
      "welcome-parent:plan",
      "welcome-student",
      "welcome-teacher",
      "welcome-academy",
      "lesson-substituted",
      "lesson-substituted:own",
      "substitution-assigned",
      "series-changed",
      "series-changed:moved",
      "series-changed:continued",
      "lesson-cancelled",
      "lesson-cancelled:teacher",
      "lesson-moved",
      "makeup-booked",
      "lesson-reminder",
      "lesson-reminder:student-away",
    ]);
    for (const name of withCalendar) {
      const method = name.startsWith("lesson-cancelled") ? "CANCEL" : "PUBLISH";
      const day = name === "lesson-cancelled:teacher" ? "20261210" : "20261203";
      const [file] = sample(name).attachments ?? [];
      expect(file?.contentType).toBe(`text/calendar; charset=utf-8; method=${method}`);
      expect(file?.content).toContain(`METHOD:${method}\r\n`);
      expect(file?.content).toContain(`UID:lesson-${lesson.id}@cedar-heights\r\n`);
      expect(file?.content).toContain(`DTSTART;TZID=America/New_York:${day}T161500\r\n`);
    }
  });

  it("tells a calendar the revision and that the lesson is called off", () => {
    const [cancelled] = sample("lesson-cancelled").attachments ?? [];
    expect(cancelled?.content).toContain("SEQUENCE:1\r\n");
    expect(cancelled?.content).toContain("STATUS:CANCELLED\r\n");
    const [moved] = sample("lesson-moved").attachments ?? [];
    expect(moved?.content).toContain("SEQUENCE:1\r\n");
    expect(moved?.content).toContain("STATUS:CONFIRMED\r\n");
  });

  it("has a subject of its own", () => {
    const subjects = [...samples.values()].map((mail) => mail.subject);
    // The two slot-lost variants differ in their text, not in their occasion.
    expect(new Set(subjects).size).toBe(subjects.length - 1);
  });
});

describe("what must not be said", () => {
  it("tells the teacher neither the family's name nor its address nor money", () => {
    for (const name of ["welcome-teacher", "lesson-cancelled:teacher"]) {
      const { subject, html, text, attachments } = sample(name);
      const all = [subject, html, text, ...(attachments ?? []).map((file) => file.content)].join("\n");
      expect(all, name).not.toMatch(/Alvarez|rosa|\$\d|USD|Visa|CH-1042/i);
    }
  });

  it("tells the student nothing of money", () => {
    const { subject, html, text, attachments } = sample("welcome-student");
    const all = [subject, html, text, ...(attachments ?? []).map((file) => file.content)].join("\n");
    expect(all).not.toMatch(/\$\d|USD|Visa|receipt|paid/i);
  });

  it("has no tax line on a receipt", () => {
    expect(sample("payment-receipt").text).not.toMatch(/tax/i);
  });
});

describe("what people typed", () => {
  const script = '<script>alert("x")</script>';
  const student = { ...mia, firstName: script };

  it("is escaped in the HTML and plain in the text", async () => {
    const mail = await renderWelcomeParent({
      academy,
      parentFirstName: "<img src=x onerror=alert(1)>",
      student,
      lesson,
      payment,
      plan: null,
      trialCreditDays: 7,
      policy,
      portalUrl: "http://127.0.0.1:3000/family",
      policyUrl: "http://127.0.0.1:3000/policies",
    });
    expect(mail.html).not.toMatch(/<script|<img/);
    expect(mail.html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
    expect(mail.text).toContain(`Who:     ${script}, with Elena Marsh`);
    expect(mail.subject).toBe(`${script}'s piano trial lesson: Thu, Dec 3, 4:15 pm EST with Elena Marsh`);
  });

  it("adds no line to a subject, a fact or a calendar entry", async () => {
    const mail = await renderWelcomeTeacher({
      academy,
      teacherFirstName: "Elena",
      student: {
        firstName: "Mia\r\nBcc: all@example.com",
        age: 9,
        level: "beginner\nRoom: none",
        wishes: "One\r\nTwo\u0000\r\n\r\n\r\n\r\n<b>Three</b>",
      },
      lesson,
      lessonUrl: "http://127.0.0.1:3000/teach/lessons/1",
    });
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.text).toContain("Level:   beginner Room: none\n");
    expect(mail.text).toContain("  One\n  Two\n\n  <b>Three</b>\n");
    expect(mail.html).toContain("&lt;b&gt;Three&lt;/b&gt;");
    expect(mail.attachments?.[0]?.content).not.toMatch(/^Bcc/m);
  });
});

describe("a letter refuses", () => {
  it("a bill that does not add up", async () => {
    const wrong = { ...payment, total: usd(2600) };
    const rendered = renderPaymentReceipt({
      academy,
      parentFirstName: "Rosa",
      studentName: null,
      payment: wrong,
    });
    await expect(rendered).rejects.toThrow(RangeError);
  });

  it("a link that would be dead in a mailbox", async () => {
    const lost = { academy, parentFirstName: "Rosa", student: mia, slot, alternatives: [], refund: null };
    await expect(renderSlotLost({ ...lost, holdMinutes: 15, chooseUrl: "/enroll" })).rejects.toThrow(
      TypeError,
    );
    const link = { kind: "confirm", to: "rosa@example.com", confirmUrl: "javascript:alert(1)" } as const;
    await expect(renderAuthEmail(link)).rejects.toThrow(TypeError);
  });
});
