import type { Calendar } from "./calendar";
import { timeZone } from "./calendar";
import type { Random } from "./random";
import { loadRooms, type Room } from "./rooms";
import { insertRows, type Row, type Sql } from "./rows";

export type Instrument = {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly minimumAge: number;
  readonly equipment: string | null;
};
export type Academy = {
  readonly instruments: readonly Instrument[];
  /** Of the main house. */
  readonly rooms: readonly Room[];
};

type InstrumentFacts = readonly [
  slug: string,
  name: string,
  minimumAge: number,
  equipment: string | null,
  text: string,
];

const INSTRUMENTS: readonly InstrumentFacts[] = [
  [
    "piano",
    "Piano",
    4,
    "piano",
    "Melody and harmony under two hands from the first lesson: reading, listening and playing by heart grow together, from nursery tunes to Bach, Bartók and the songs of the week.",
  ],
  [
    "violin",
    "Violin",
    4,
    null,
    "We begin with a well-fitted small violin, good posture and a singing tone. Later come shifting, chamber music and the fiddle tunes that make a kitchen dance.",
  ],
  [
    "guitar",
    "Guitar",
    6,
    null,
    "Classical, acoustic or electric. Students learn chords and rhythm for songs they know, then fingerstyle, reading and improvising.",
  ],
  [
    "voice",
    "Voice",
    8,
    null,
    "Breath, pitch and diction for voices that are still growing and for those long settled: art song, musical theatre, jazz and pop, sung without strain.",
  ],
  [
    "drums",
    "Drums",
    6,
    "drums",
    "Time, touch and coordination at a full kit. Lessons mix rudiments with grooves from rock, funk and samba, always played along with music.",
  ],
  [
    "cello",
    "Cello",
    6,
    null,
    "A warm voice that sits close to the heart. Small cellos for small players, a relaxed bow arm, and duets from the first month.",
  ],
  [
    "bass",
    "Bass guitar",
    8,
    null,
    "The part everybody feels. Students learn to lock in with a drummer, read charts, walk through changes and hold a band together.",
  ],
  [
    "ukulele",
    "Ukulele",
    5,
    null,
    "Four strings, quick success: singing and strumming within the first weeks, then picking patterns and chord melodies.",
  ],
  [
    "flute",
    "Flute",
    9,
    null,
    "From the first clear note on the head joint to Mozart and bossa nova. Breath and posture come first, then agility.",
  ],
  [
    "clarinet",
    "Clarinet",
    9,
    null,
    "Three registers, three characters. We build an even tone, prepare students for band and orchestra, and leave room for klezmer and swing.",
  ],
  [
    "saxophone",
    "Saxophone",
    9,
    null,
    "Alto to begin with, tenor later. Tone and time, scales by ear, and improvising from the very first blues.",
  ],
  [
    "trumpet",
    "Trumpet",
    9,
    null,
    "A bright sound on a relaxed breath. Buzzing, range and endurance are built up patiently; ensemble playing follows soon.",
  ],
];

/** Cents, from the academy's price list. */
const PRICES: readonly Row[] = [
  { kind: "trial", name: "Trial lesson", minutes: 30, amount_cents: 2500, details: {} },
  { kind: "tuition_monthly", name: "Monthly tuition", minutes: 30, amount_cents: 16_000, details: {} },
  { kind: "tuition_monthly", name: "Monthly tuition", minutes: 45, amount_cents: 22_500, details: {} },
  { kind: "tuition_monthly", name: "Monthly tuition", minutes: 60, amount_cents: 29_000, details: {} },
  { kind: "single_lesson", name: "Single lesson", minutes: 30, amount_cents: 4500, details: {} },
  { kind: "single_lesson", name: "Single lesson", minutes: 45, amount_cents: 6500, details: {} },
  { kind: "single_lesson", name: "Single lesson", minutes: 60, amount_cents: 8500, details: {} },
  { kind: "registration", name: "Registration, a year", minutes: null, amount_cents: 4500, details: {} },
  {
    kind: "registration_sibling",
    name: "Registration of a sibling, a year",
    minutes: null,
    amount_cents: 1500,
    details: {},
  },
  { kind: "recital", name: "Recital", minutes: null, amount_cents: 3500, details: {} },
  {
    kind: "group_class",
    name: "Early Childhood",
    minutes: 45,
    amount_cents: 8900,
    details: { minutes: 45, ages: [3, 5], max: 8 },
  },
  {
    kind: "group_class",
    name: "Rock Band",
    minutes: 90,
    amount_cents: 11_000,
    details: { minutes: 90, ages: [10, null], max: 6 },
  },
  {
    kind: "group_class",
    name: "Theory",
    minutes: 45,
    amount_cents: 7900,
    details: { minutes: 45, ages: [null, null], max: 10 },
  },
];

/** What the families of the sample have agreed to. */
export const POLICY_VERSION = "2026-09";
const POLICIES = [
  "Cancel 24 hours or more before a lesson and you keep a credit for the same minutes, valid for 60 days, two a term.",
  "Later than that the lesson is used up. Twice a year we make an exception for illness.",
  "Tuition is the same every month. Whoever leaves tells us 30 days before.",
].join("\n");

/** How tuition may be paid: months of one payment, and what paying ahead saves, in basis points. */
const PLANS: readonly Row[] = [
  { cadence: "monthly", name: "By the month", months: 1, discount_bp: 0 },
  { cadence: "semester", name: "By the semester", months: 6, discount_bp: 300 },
  { cadence: "yearly", name: "By the year", months: 12, discount_bp: 800 },
];

/** Settings, instruments, rooms, calendar, prices and plans. */
export async function loadAcademyFacts(sql: Sql, random: Random, calendar: Calendar): Promise<Academy> {
  await insertRows(sql, "academy_settings", [
    {
      name: "Cedar Heights Music Academy",
      email: "office@cedarheights.example",
      phone: "(914) 555-0140",
      address: "12 Linden Avenue, Cedar Heights, NY 10598",
      time_zone: timeZone,
    },
  ]);
  const instruments = INSTRUMENTS.map(([slug, name, minimumAge, equipment]) => ({
    id: random.uuid(),
    slug,
    name,
    minimumAge,
    equipment,
  }));
  await insertRows(
    sql,
    "instruments",
    INSTRUMENTS.map(([slug, name, minimum_age, required_equipment, description], sort) => ({
      id: instruments[sort]?.id ?? random.uuid(),
      slug,
      name,
      minimum_age,
      required_equipment,
      description,
      sort,
    })),
  );
  const rooms = await loadRooms(sql, random, 0);
  const days = ({ name, startsOn, endsOn }: Calendar["terms"][number]): Row => ({
    id: random.uuid(),
    name,
    starts_on: startsOn,
    ends_on: endsOn,
  });
  await insertRows(sql, "terms", calendar.terms.map(days));
  await insertRows(sql, "closures", calendar.closures.map(days));
  await insertRows(sql, "makeup_days", calendar.makeupDays.map(days));
  await insertRows(
    sql,
    "prices",
    PRICES.map((price) => ({ id: random.uuid(), ...price })),
  );
  await insertRows(
    sql,
    "plans",
    PLANS.map((plan) => ({ id: random.uuid(), valid: "(,)", ...plan })),
  );
  await insertRows(sql, "consent_texts", [{ document: "policies", version: POLICY_VERSION, body: POLICIES }]);
  return { instruments, rooms };
}
