import type { Academy } from "@/lib/academy/schema";
import { versionOf } from "./published-text";
import type { Choice, ConsentText } from "./schema";

/** Raise it when the wording below changes in its meaning. */
const EDITION = "2026-11";

/** What a parent allows, in the words of today. The version changes with them. */
export function consentTexts({ name }: Pick<Academy, "name">): Readonly<Record<Choice, ConsentText>> {
  return {
    photos: versionOf(
      EDITION,
      [
        "Photos of my children may be shown",
        `Photos and short recordings of my children at lessons, recitals and other events may be shown on the website of ${name}, in its printed matter and in its rooms. Their names are not shown with them.`,
        "I can withdraw this at any time in my account. From then on no further pictures are shown, and those on the website are taken down.",
      ].join("\n\n"),
    ),
    news: versionOf(
      EDITION,
      [
        "News by email",
        `${name} may write to me by email about recitals, new classes and events. Letters about lessons and payments come in any case.`,
        "I can withdraw this at any time in my account.",
      ].join("\n\n"),
    ),
  };
}
