import { z } from "zod";
import type { DataRequestKind } from "@/lib/db/database.gen";
import type { Id } from "@/lib/ids";

/** Rows of tables as the database keeps them, columns by their names there. */
export type HeldRow = Readonly<Record<string, unknown>>;
export type HeldTables = Readonly<Record<string, readonly HeldRow[]>>;

/** What is held on a family, as one document: the JSON file as it is, and what the readable page is made from. */
export type FamilyExport = {
  /** ISO 8601, UTC. */
  readonly exported_at: string;
  readonly academy: {
    readonly name: string;
    readonly email: string;
    readonly phone: string;
    readonly address: string;
    /** IANA zone in which the readable page says its times. */
    readonly time_zone: string;
  };
  /** Who asked for it: a parent gets what they may see, the academy everything. */
  readonly exported_by: { readonly name: string; readonly role: "parent" | "admin" };
  readonly family: { readonly id: string; readonly name: string };
  readonly tables: HeldTables;
  /** The words of the texts that its people agreed to. */
  readonly texts: readonly ({ readonly document: string } & ConsentText)[];
  /** What ids of teachers, rooms and other things that the tables mention stand for. */
  readonly names: Readonly<Record<string, string>>;
};

/** Texts that can be agreed to and withdrawn at any time. */
export const choices = ["photos", "news"] as const;
export type Choice = (typeof choices)[number];

/** The words of a text as they are today, under their version. */
export type ConsentText = { readonly version: string; readonly body: string };

/** That somebody agreed to a text: which words, and when. */
export type Consent = {
  readonly id: string;
  readonly person: string;
  readonly document: string;
  readonly version: string;
  readonly body: string;
  readonly givenAt: Date;
  readonly withdrawnAt: Date | null;
};

/** Somebody asked for a family's data, or for their erasure. */
export type DataRequest = {
  readonly id: string;
  readonly kind: DataRequestKind;
  readonly familyId: Id<"family">;
  readonly familyName: string;
  readonly reason: string | null;
  /** Null for accounts that are gone, and for the academy's own rules. */
  readonly requestedBy: string | null;
  readonly requestedAt: Date;
  readonly doneAt: Date | null;
};

/** What must end before a family can be erased. */
export type ErasureObstacle = { readonly obstacle: string; readonly found: number };

/** What stays of a family in the books and the calendar when its names are gone. Amounts in cents by currency. */
export type KeptRecords = {
  readonly payments: number;
  readonly paid: Readonly<Record<string, number>>;
  readonly invoices: number;
  readonly lessons: number;
  readonly ledgerEntries: number;
};

/** Rows that an erasure changed or removed, by table, and the accounts that it closed. */
export type ErasureOutcome = Readonly<Record<string, number>>;

/** For how many days something is kept, and why. */
export type RetentionRule = {
  readonly subject: string;
  readonly keepDays: number;
  readonly explanation: string;
};

/** How many rows of a subject a night's work removed. */
export type Removed = { readonly subject: string; readonly removed: number };

const withoutNul = /^[^\0]*$/;

/** Asks for an erasure; keys are the form's field names. */
export const erasureForm = z.object({
  familyId: z.uuid("This family does not exist."),
  reason: z
    .string("Say why the family is erased.")
    .trim()
    .min(3, "Say why the family is erased; the list of requests shows it.")
    .max(500, "Please keep the reason below 500 characters.")
    .regex(withoutNul, "The reason contains characters that we cannot store."),
});
export type ErasureForm = z.output<typeof erasureForm>;

/** Confirms an erasure with the family's name. */
export const confirmedErasureForm = erasureForm.extend({
  name: z.string("Type the family's name.").trim().min(1, "Type the family's name."),
});

/** Changes for how long something is kept. */
export const retentionForm = z.object({
  subject: z.string().regex(/^[a-z_]{1,60}$/, "This rule does not exist."),
  days: z.coerce
    .number("Enter a number of days.")
    .int("Enter whole days.")
    .min(1, "Keep it for one day at least.")
    .max(36_500, "That is more than 100 years: enter 36,500 days at most."),
});
export type RetentionForm = z.output<typeof retentionForm>;

const ticked = z.literal("yes").optional();

/** What a parent allows: a box that is not ticked is not sent. */
export const consentForm = z.object({ photos: ticked, news: ticked });
