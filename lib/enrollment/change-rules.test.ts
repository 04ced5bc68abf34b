import { describe, expect, it } from "vitest";
import { changeDoneWords, goOnLines, pauseLines, transferLines, withdrawalLines } from "./change-rules";
import type { NoticeOutcome } from "./changes";

const about = { student: "Mia", timeZone: "America/New_York", noticeDays: 30, isCharged: true };

const notice: NoticeOutcome = {
  endsOn: "2026-11-19",
  earliestOn: "2026-11-19",
  isShortened: false,
  lessonsKept: 5,
  lastLessonAt: new Date("2026-11-18T21:00:00Z"),
  lessonsFreed: 3,
  firstFreedAt: new Date("2026-12-02T21:00:00Z"),
  charges: [
    {
      dueAt: new Date("2026-11-05T14:00:00Z"),
      cents: 7800,
      paidUntil: new Date("2026-11-20T05:00:00Z"),
      isPartial: true,
    },
  ],
  giveBackCents: 0,
  creditsLapsing: [],
  moneyCreditCents: 0,
};

describe("what leaving comes to", () => {
  it("names the last day, the lessons, the last charge and the way back", () => {
    expect(withdrawalLines(notice, about)).toEqual([
      "Thursday, Nov 19 is the last day. Until then everything goes on.",
      "5 lessons still take place, the last one on Wed, Nov 18, 4:00 pm EST.",
      "3 lessons after it, from Wed, Dec 2 on, are cancelled at once; the time is offered to others.",
      "$78.00 is charged on Thu, Nov 5: the part of the tuition until the last day.",
      "No tuition is paid for the time after the last day, so nothing is given back.",
      "The notice can be taken back until the last day, as long as the times are free.",
    ]);
  });

  it.each<[string, Partial<NoticeOutcome>, Partial<typeof about>, string]>([
    ["nothing is charged", { charges: [] }, {}, "Nothing more is charged."],
    ["money goes back", { giveBackCents: 3828 }, {}, "$38.28 goes back to the card after the last day"],
    [
      "credits end",
      { creditsLapsing: [{ minutes: 30, expiresAt: new Date("2026-12-10T17:00:00Z") }] },
      {},
      "1 make-up credit of Mia ends unused with the last day. Book it before.",
    ],
    ["credits become money", { moneyCreditCents: 4000 }, {}, "$40.00 for lessons that the academy cancelled"],
    ["no lesson is left", { lessonsKept: 0, lastLessonAt: null }, {}, "No lesson takes place any more."],
    [
      "it is shortened",
      { isShortened: true, endsOn: "2026-10-28" },
      {},
      "sooner than the 30 days of notice (Thursday, Nov 19)",
    ],
  ])("says when %s", (_, outcome, reader, line) => {
    const lines = withdrawalLines({ ...notice, ...outcome }, { ...about, ...reader });
    expect(lines.join("\n")).toContain(line);
  });

  it("says nothing of charges where nobody charges", () => {
    const lines = withdrawalLines({ ...notice, charges: [] }, { ...about, isCharged: false });
    expect(lines).not.toContain("Nothing more is charged.");
  });
});

describe("what pausing and going on come to", () => {
  it("names the days, the place and the charge that moves", () => {
    const lines = pauseLines(
      {
        pausedFrom: "2026-10-28",
        pausedUntil: "2026-11-28",
        days: 32,
        lessonsFreed: 4,
        firstFreedAt: new Date("2026-10-28T20:00:00Z"),
        lastFreedAt: new Date("2026-11-18T21:00:00Z"),
        goesOnAt: new Date("2026-12-02T21:00:00Z"),
        chargesBefore: [],
        chargeWasAt: new Date("2026-11-05T14:00:00Z"),
        nextChargeAt: new Date("2026-12-07T15:00:00Z"),
        nextChargeCents: 16000,
      },
      about,
    );
    expect(lines).toEqual([
      "The lessons pause from Wednesday, Oct 28 to Saturday, Nov 28: 32 days.",
      "4 lessons in these days are cancelled, without make-up credits.",
      "The place is kept: the lessons go on at their usual time, first on Wed, Dec 2, 4:00 pm EST.",
      "Nothing is charged in the pause. The charge of $160.00 on Thu, Nov 5 comes on Mon, Dec 7 instead, and all later ones by as many days later.",
      "You can go on sooner at any time, as long as the times are free.",
    ]);
  });

  it("tells what is booked again and what stays cancelled", () => {
    const lines = goOnLines(
      {
        rebooked: 2,
        leftOut: 1,
        resumesOn: "2026-11-05",
        firstAt: new Date("2026-11-11T21:00:00Z"),
        nextChargeAt: new Date("2026-11-13T15:00:00Z"),
        nextChargeCents: 16000,
      },
      about,
    );
    expect(lines).toEqual([
      "The lessons go on from Thursday, Nov 5.",
      "2 lessons are booked again.",
      "1 lesson stays cancelled, without a credit.",
      "The first one is on Wed, Nov 11, 4:00 pm EST.",
      "The next charge is $160.00 on Fri, Nov 13.",
    ]);
  });
});

it("another teacher: each week is named, and what was chosen instead", () => {
  const lines = transferLines(
    {
      moved: 3,
      leftOut: 1,
      firstAt: new Date("2026-11-18T21:00:00Z"),
      lastAt: new Date("2026-12-16T21:00:00Z"),
    },
    {
      ...about,
      teacher: "Daniel Okafor",
      weekly: null,
      weeks: [new Date("2026-11-18T21:00:00Z"), new Date("2026-12-16T21:00:00Z")],
    },
  );
  expect(lines.slice(0, 4)).toEqual([
    "Daniel Okafor gives 3 lessons from Wed, Nov 18 on.",
    "At the usual time: Wed, Nov 18 and Wed, Dec 16.",
    "1 lesson at the time that you chose instead.",
    "1 lesson is cancelled; whether there is a credit follows the rules of cancelling.",
  ]);
});

it("says what was done only while it is so", () => {
  expect(changeDoneWords("notice", { endsOn: "2026-11-19", pausedUntil: null })?.title).toContain("Nov 19");
  expect(changeDoneWords("notice", { endsOn: null, pausedUntil: null })).toBeNull();
  expect(changeDoneWords("kept", { endsOn: null, pausedUntil: null })?.title).toBe(
    "The notice is taken back",
  );
  expect(changeDoneWords("anything", { endsOn: null, pausedUntil: null })).toBeNull();
});
