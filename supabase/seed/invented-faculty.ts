import { FACULTY, type TeacherFacts } from "./faculty";
import { ADULTS, genderOf, SURNAMES } from "./names";
import type { Random } from "./random";
import {
  CITIES,
  CLOSINGS,
  HEADLINES,
  LEANINGS,
  LEANINGS_OF,
  METHODS,
  ORIGINS,
  SECOND_LANGUAGES,
  TOWNS,
} from "./teacher-texts";
import { addressName } from "./teachers";

/**
 * Invents the teachers of one more house: each takes the instruments and hours of one of the main house's, so that the house
 * can teach as much, and is somebody else.
 * @param addresses the names of mail addresses that are taken; those of the new teachers are added.
 */
export function inventFaculty(random: Random, addresses: Set<string>): TeacherFacts[] {
  return FACULTY.map((pattern): TeacherFacts => {
    const [first, last] = unusedName(random, addresses);
    const slug = pattern.teaches[0]?.[0] ?? "";
    const { styles = pattern.styles, strengths = pattern.strengths } = LEANINGS_OF[slug] ?? {};
    const ownStyles = random.shuffle(styles).slice(0, random.between(2, 3));
    const ownStrengths = random.shuffle(strengths).slice(0, random.between(2, 3));
    const since = random.between(2000, 2022);
    const subject = subjectOf(pattern.teaches.map(([taught]) => taught));
    const fill = (text: string): string =>
      text
        .replaceAll("{name}", first)
        .replaceAll("{subject}", subject)
        .replaceAll("{style}", ownStyles[0] ?? "music")
        .replaceAll("{since}", String(since))
        .replaceAll("{town}", random.pick(TOWNS))
        .replaceAll("{city}", random.pick(CITIES));
    const methods = ownStrengths.slice(0, 2).map((strength) => random.pick(METHODS[strength] ?? [""]));
    const headline = fill(`${subject}${random.pick(HEADLINES)}${random.pick(LEANINGS)}`);
    return {
      ...pattern,
      name: [first, last],
      gender: genderOf(first),
      headline: `${headline.charAt(0).toUpperCase()}${headline.slice(1)}`,
      bio: [random.pick(ORIGINS), ...methods, random.pick(CLOSINGS)].map(fill).join(" "),
      styles: ownStyles,
      strengths: ownStrengths,
      languages: ["English", ...(random.chance(0.4) ? [random.pick(SECOND_LANGUAGES)] : [])],
      since,
      payTier: since <= 2009 ? 3 : since <= 2016 ? 2 : 1,
    };
  });
}

function unusedName(random: Random, addresses: Set<string>): readonly [first: string, last: string] {
  if (addresses.size >= ADULTS.length * SURNAMES.length) {
    throw new RangeError("The sample academy has no names for so many teachers.");
  }
  for (;;) {
    const name = [random.pick(ADULTS), random.pick(SURNAMES)] as const;
    const address = addressName(...name);
    if (addresses.has(address)) continue;
    addresses.add(address);
    return name;
  }
}

/** "piano", "guitar and bass guitar". */
function subjectOf(slugs: readonly string[]): string {
  return slugs.map((slug) => (slug === "bass" ? "bass guitar" : slug)).join(" and ");
}
