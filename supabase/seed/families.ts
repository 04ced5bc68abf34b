import { Temporal } from "temporal-polyfill";
import { sampleAccounts } from "./accounts";
import { ADULTS, CHILDREN, STREETS, SURNAMES } from "./names";
import type { Random } from "./random";
import { insertTogether, type Sql } from "./rows";
import { addressName } from "./teachers";

export type Guardian = {
  readonly id: string;
  readonly fullName: string;
  readonly email: string;
  readonly shareBp: number;
  readonly phone: string;
  readonly address: string;
  readonly card: { readonly brand: string; readonly last4: string };
};
export type Student = {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string;
  /** Whole years today. */
  readonly age: number;
};
export type Family = {
  readonly id: string;
  readonly name: string;
  readonly customerId: string;
  readonly guardians: readonly Guardian[];
  readonly students: readonly Student[];
  /** Told by hand. */
  readonly isTold: boolean;
};

/** Families that are told by hand: the sample accounts' own and the edge cases of the academy's rules. */
type Told = {
  readonly surname: string;
  readonly guardians: readonly (readonly [name: string, shareBp: number])[];
  readonly students: readonly (readonly [first: string, last: string, age: number])[];
};

const TOLD: readonly Told[] = [
  {
    surname: "Rahman",
    guardians: [
      ["Nadia Rahman", 10_000],
      ["Farid Rahman", 0],
    ],
    students: [
      ["Lina", "Rahman", 9],
      ["Amir", "Rahman", 15],
    ],
  },
  // Separated parents who split every charge.
  {
    surname: "Lindholm-Okafor",
    guardians: [
      ["Ngozi Okafor", 6000],
      ["Peter Lindholm", 4000],
    ],
    students: [["Tobias", "Lindholm", 11]],
  },
  // Three siblings.
  {
    surname: "Duarte",
    guardians: [
      ["Helena Duarte", 10_000],
      ["Rui Duarte", 0],
    ],
    students: [
      ["Inês", "Duarte", 6],
      ["Tomás", "Duarte", 9],
      ["Beatriz", "Duarte", 12],
    ],
  },
  // An adult who pays for her own lessons.
  { surname: "Pruitt", guardians: [["Marianne Pruitt", 10_000]], students: [["Marianne", "Pruitt", 47]] },
];

const CARDS = ["visa", "visa", "visa", "mastercard", "mastercard", "amex", "discover"] as const;

/** Writes one family with its guardians and students. */
export async function insertFamily(sql: Sql, family: Family): Promise<void> {
  const guardians = family.guardians.map((guardian) => ({
    id: guardian.id,
    family_id: family.id,
    full_name: guardian.fullName,
    email: guardian.email,
    phone: guardian.phone,
    address: guardian.address,
    payer_share_bp: guardian.shareBp,
  }));
  const students = family.students.map((student) => ({
    id: student.id,
    family_id: family.id,
    first_name: student.firstName,
    last_name: student.lastName,
    birth_date: student.birthDate,
  }));
  const families = [{ id: family.id, name: family.name, stripe_customer_id: family.customerId }];
  await insertTogether(sql, { families, guardians, students });
}

/**
 * Invents the families of a house: in the main one some told by hand, the others by chance.
 * @param addresses the mail addresses that are taken; those of the new guardians are added.
 */
export function tellFamilies(
  random: Random,
  today: string,
  house: { readonly families: number; readonly students: number; readonly isMain: boolean },
  addresses: Set<string>,
): Family[] {
  const address = (): string => `${random.between(2, 240)} ${random.pick(STREETS)}, Cedar Heights, NY 10598`;
  const guardian = (fullName: string, shareBp: number, home: string): Guardian => {
    const [first = "", ...rest] = fullName.split(" ");
    const name = addressName(first, rest.join(""));
    const own = sampleAccounts.find((account) => account.role === "parent" && account.name === fullName);
    let email = own?.email ?? `${name}@families.example`;
    for (let nth = 2; !own && addresses.has(email); nth++) email = `${name}${nth}@families.example`;
    addresses.add(email);
    return {
      id: random.uuid(),
      fullName,
      email,
      shareBp,
      phone: `(${random.pick(["914", "845", "203", "518"])}) 555-01${random.between(10, 99)}`,
      address: home,
      card: { brand: random.pick(CARDS), last4: String(random.between(1000, 9999)) },
    };
  };
  const student = (firstName: string, lastName: string, age: number): Student => ({
    id: random.uuid(),
    firstName,
    lastName,
    birthDate: birthDate(random, today, age),
    age,
  });
  const family = ({ surname, guardians, students }: Told, isTold: boolean): Family => {
    const home = address();
    const isSplit = guardians.every(([, share]) => share > 0);
    return {
      id: random.uuid(),
      name: `${surname} family`,
      customerId: `cus_${random.text(14)}`,
      guardians: guardians.map(([name, share], nth) =>
        guardian(name, share, isSplit && nth > 0 ? address() : home),
      ),
      students: students.map(([first, last, age]) => student(first, last, age)),
      isTold,
    };
  };

  const told = house.isMain ? TOLD.slice(0, house.families) : [];
  const families = told.map((one) => family(one, true));
  const surnames = random.shuffle(SURNAMES);
  const childrenOf = childrenByFamily(
    random,
    house.families - families.length,
    house.students - countStudents(families),
  );
  for (const [index, children] of childrenOf.entries()) {
    const surname = surnames[index % surnames.length] ?? "Smith";
    const [first = "Alex", second = "Kim"] = random.shuffle(ADULTS);
    const isAdultStudent = children === 1 && index % 12 === 5;
    const ages = isAdultStudent ? [random.between(24, 68)] : childrenAges(random, children);
    const names = isAdultStudent ? [first] : random.shuffle(CHILDREN).slice(0, children);
    families.push(
      family(
        {
          surname,
          guardians: [
            [`${first} ${surname}`, 10_000],
            ...(!isAdultStudent && random.chance(0.45) ? [[`${second} ${surname}`, 0] as const] : []),
          ],
          students: names.map((name, nth) => [name, surname, ages[nth] ?? 10] as const),
        },
        false,
      ),
    );
  }
  return families;
}

const countStudents = (families: readonly Family[]): number =>
  families.reduce((sum, family) => sum + family.students.length, 0);

/** How many children each family has: one for everybody, the others as second and, for every eighth, third children. */
function childrenByFamily(random: Random, families: number, students: number): number[] {
  if (families <= 0) return [];
  if (students < families) throw new RangeError("The sample academy needs a student in each family.");
  const counts = Array.from({ length: families }, () => 1);
  const extra = students - families;
  const withThree = Math.floor(extra / 10);
  for (let nth = 0; nth < extra; nth++) {
    const index = nth < withThree * 2 ? Math.floor(nth / 2) : (nth - withThree) % families;
    counts[index] = (counts[index] ?? 1) + 1;
  }
  return random.shuffle(counts);
}

function childrenAges(random: Random, count: number): number[] {
  const ages: number[] = [];
  let age = random.pick([4, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 12, 13, 14, 15]);
  for (let nth = 0; nth < count; nth++) {
    ages.push(age);
    age = age > 12 ? age - random.between(2, 3) : age + random.between(2, 3);
  }
  return ages;
}

/** A birth date that makes this age today, at least a week away from the birthday's edge. */
function birthDate(random: Random, today: string, age: number): string {
  const birthday = Temporal.PlainDate.from(today).subtract({ years: age });
  return birthday.subtract({ days: random.between(7, 350) }).toString();
}
