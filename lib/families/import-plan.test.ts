import { describe, expect, it } from "vitest";
import type { FileFamily, FileGuardian } from "./import-families";
import { type KnownFamily, type KnownGuardian, type KnownPeople, planImport } from "./import-plan";

const nobody: KnownPeople = { families: [], accounts: [], invitations: [] };

const nadia: FileGuardian = {
  line: 2,
  email: "nadia@rahman.example",
  name: "Nadia Rahman",
  phone: "555 0100",
  address: "1 Elm",
  shareBp: 6000,
};
const farid: FileGuardian = {
  line: 2,
  email: "farid@rahman.example",
  name: "Farid Rahman",
  phone: null,
  address: null,
  shareBp: 4000,
};
const family: FileFamily = {
  line: 2,
  name: "Rahman family",
  guardians: [nadia, farid],
  students: [
    {
      line: 2,
      firstName: "Lina",
      lastName: "Rahman",
      birthDate: "2016-04-23",
      instruments: [{ line: 2, instrumentId: "p", name: "Piano", level: "beginner", wishes: "Jazz" }],
    },
  ],
  isComplete: true,
};

const known = (guardian: FileGuardian, change: Partial<KnownGuardian> = {}): KnownGuardian => ({
  id: `id of ${guardian.email}`,
  email: guardian.email,
  name: guardian.name ?? "",
  phone: guardian.phone,
  address: guardian.address,
  shareBp: guardian.shareBp ?? 0,
  profileId: null,
  ...change,
});
const knownFamily: KnownFamily = {
  id: "f",
  name: "Rahman family",
  guardians: [known(nadia), known(farid)],
  students: [
    {
      id: "s",
      firstName: "lina",
      lastName: "RAHMAN",
      birthDate: "2016-04-23",
      instruments: [{ instrumentId: "p", level: "beginner", wishes: "Jazz" }],
    },
  ],
};
const invited = [nadia, farid].map(({ email }) => ({
  email,
  role: "parent" as const,
  familyId: "f",
  isExpired: false,
}));
const academy: KnownPeople = { families: [knownFamily], accounts: [], invitations: invited };

function plan(families: readonly FileFamily[], people: KnownPeople) {
  let nth = 0;
  return planImport(families, people, () => `new ${++nth}`);
}
const withGuardians = (...guardians: FileGuardian[]): FileFamily => ({ ...family, guardians });
const nothing = { families: [], guardians: [], students: [], instruments: [] };

describe("planImport", () => {
  it("makes a new family whole and invites its guardians", () => {
    expect(plan([family], nobody)).toMatchObject({
      added: {
        families: [{ id: "new 1", name: "Rahman family" }],
        guardians: [
          { id: "new 2", family_id: "new 1", profile_id: null, phone: "555 0100", payer_share_bp: 6000 },
          { id: "new 3", family_id: "new 1", full_name: "Farid Rahman", phone: null, payer_share_bp: 4000 },
        ],
        students: [{ id: "new 4", family_id: "new 1", birth_date: "2016-04-23" }],
        instruments: [{ student_id: "new 4", instrument_id: "p", level: "beginner", wishes: "Jazz" }],
      },
      invitations: [
        { email: nadia.email, family_id: "new 1" },
        { email: farid.email, family_id: "new 1" },
      ],
      counts: { guardians: { added: 2, changed: 0, unchanged: 0 } },
      changes: [],
      errors: [],
    });
  });

  it("writes nothing of a family that is there already", () => {
    expect(plan([family], academy)).toMatchObject({
      added: nothing,
      changed: { families: [], guardians: [], instruments: [] },
      invitations: [],
      counts: {
        families: { added: 0, changed: 0, unchanged: 1 },
        guardians: { unchanged: 2 },
        students: { unchanged: 1 },
        instruments: { unchanged: 1 },
      },
      changes: [],
      kept: [],
      errors: [],
    });
  });

  it("changes what the file says otherwise, and takes nothing away where it is silent", () => {
    const silent = { name: null, phone: null, address: null, shareBp: null };
    const { added, changed, changes, errors } = plan(
      [
        {
          ...family,
          name: "Rahman-Cole family",
          guardians: [
            { ...nadia, ...silent },
            { ...farid, ...silent, phone: "555 0199", address: "2 Oak" },
          ],
          students: family.students.map((student) => ({
            ...student,
            instruments: student.instruments.map((one) => ({ ...one, level: "advanced", wishes: "" })),
          })),
        },
      ],
      academy,
    );
    expect({ added, errors }).toEqual({ added: nothing, errors: [] });
    expect(changed).toEqual({
      families: [{ id: "f", name: "Rahman-Cole family" }],
      guardians: [
        expect.objectContaining({
          full_name: "Farid Rahman",
          phone: "555 0199",
          address: "2 Oak",
          payer_share_bp: 4000,
        }),
      ],
      instruments: [{ student_id: "s", instrument_id: "p", level: "advanced", wishes: "Jazz" }],
    });
    expect(changes.map(({ who, field, from, to }) => [who, field, from, to])).toEqual([
      ["Rahman family", "name", "Rahman family", "Rahman-Cole family"],
      ["Farid Rahman", "phone", "", "555 0199"],
      ["Farid Rahman", "address", "", "2 Oak"],
      ["Lina Rahman", "piano level", "beginner", "advanced"],
    ]);
  });

  it("adds a student, an instrument and a guardian to a family that is there", () => {
    const mother = { ...knownFamily, guardians: [known(nadia, { shareBp: 10_000 })] };
    const [lina] = family.students;
    if (!lina) throw new Error("the family has a student");
    const { added, changes, errors } = plan(
      [
        {
          ...family,
          students: [
            {
              ...lina,
              instruments: [{ line: 3, instrumentId: "b", name: "Bass", level: "beginner", wishes: "" }],
            },
            { ...lina, firstName: "Amir", instruments: [] },
          ],
        },
      ],
      { ...academy, families: [mother] },
    );
    expect(errors).toEqual([]);
    expect(added).toMatchObject({
      families: [],
      guardians: [{ family_id: "f", email: farid.email, payer_share_bp: 4000 }],
      students: [{ family_id: "f", first_name: "Amir" }],
      instruments: [{ student_id: "s", instrument_id: "b" }],
    });
    expect(changes).toMatchObject([{ field: "share", from: "100 %", to: "60 %" }]);
  });

  it("leaves name and telephone number of an account to its person", () => {
    const own = known(nadia, { name: "Nadia Cole", phone: "555 0111", address: null, profileId: "p1" });
    const people = { ...academy, families: [{ ...knownFamily, guardians: [own, known(farid)] }] };
    const { changed, kept } = plan([family], people);
    expect(changed.guardians).toMatchObject([
      { full_name: "Nadia Cole", phone: "555 0111", address: "1 Elm", profile_id: "p1" },
    ]);
    expect(kept.map(({ field, from, to }) => [field, from, to])).toEqual([
      ["name", "Nadia Cole", "Nadia Rahman"],
      ["phone", "555 0111", "555 0100"],
    ]);
  });

  const account = { id: "p1", email: nadia.email, name: "Nadia Cole", phone: null, isConfirmed: true };
  it.each([
    ["a confirmed parent", { ...account, role: "parent" as const }, "p1", "Nadia Cole", false],
    ["a confirmed teacher", { ...account, role: "teacher" as const }, null, "Nadia Rahman", false],
    [
      "an account whose address is not confirmed",
      { ...account, role: "parent" as const, isConfirmed: false },
      null,
      "Nadia Rahman",
      true,
    ],
  ])("links %s or waits", (_, found, profileId, name, isInvited) => {
    const { added, invitations } = plan([family], { ...nobody, accounts: [found] });
    expect(added.guardians[0]).toMatchObject({ profile_id: profileId, full_name: name, phone: "555 0100" });
    expect(invitations.some(({ email }) => email === nadia.email)).toBe(isInvited);
  });

  it.each([
    ["expired", { isExpired: true }, 1],
    ["for another family", { familyId: "g" }, 1],
    ["for another role", { role: "student" as const, familyId: null }, 0],
    ["open", {}, 0],
  ])("renews an invitation that is %s, or not", (_, change, count) => {
    const invitations = invited.map((one, nth) => (nth === 0 ? { ...one, ...change } : one));
    expect(plan([family], { ...academy, invitations }).invitations).toHaveLength(count);
  });

  describe("shares", () => {
    const shares = (...guardians: FileGuardian[]) => {
      const { added, errors } = plan([withGuardians(...guardians)], nobody);
      return errors.length > 0
        ? errors.map(({ column, message }) => `${column}: ${message}`).join()
        : added.guardians.map(({ payer_share_bp }) => payer_share_bp);
    };
    const share = (guardian: FileGuardian, shareBp: number | null) => ({ ...guardian, shareBp });

    it.each([
      ["nothing said of one guardian", [share(nadia, null)], [10_000]],
      ["nothing said of the second", [share(nadia, 6000), share(farid, null)], [6000, 4000]],
      ["nothing left for the first", [share(nadia, null), share(farid, 10_000)], [0, 10_000]],
      ["all and nothing", [share(nadia, 10_000), share(farid, 0)], [10_000, 0]],
      ["uneven thirds", [share(nadia, 3333), share(farid, 6667)], [3333, 6667]],
      ["too little", [share(nadia, 6000), share(farid, 3000)], /come to 90 %/],
      ["a hundredth too much", [share(nadia, 6000), share(farid, 4001)], /come to 100.01 %/],
      ["nothing of all", [share(nadia, 0)], /come to 0 %/],
      ["nothing said of both", [share(nadia, null), share(farid, null)], /write in both share columns/],
    ] as const)("with %s", (_, guardians, expected) => {
      const found = shares(...guardians);
      if (expected instanceof RegExp) expect(found).toMatch(expected);
      else expect(found).toEqual(expected);
    });

    it("count the guardian whom the file does not name", () => {
      const { errors } = plan([withGuardians({ ...nadia, shareBp: 10_000 })], academy);
      expect(errors).toMatchObject([
        {
          line: 2,
          message: expect.stringContaining("140 % with Farid Rahman, whom the academy has with 40 %"),
        },
      ]);
    });

    it("are not the file's error where it does not tell of any", () => {
      const uneven = { ...knownFamily, guardians: [known(nadia, { shareBp: 10_000 }), known(farid)] };
      const silent = withGuardians({ ...nadia, shareBp: null });
      const { errors, changes } = plan([silent], { ...academy, families: [uneven] });
      expect({ errors, changes }).toEqual({ errors: [], changes: [] });
    });
  });

  it.each([
    [
      "a new guardian without a name",
      [withGuardians({ ...nadia, name: null, shareBp: 10_000 })],
      nobody,
      /fill in this guardian's name/,
    ],
    [
      "guardians of two families of the academy",
      [family],
      {
        ...academy,
        families: [
          { ...knownFamily, guardians: [known(nadia)] },
          { ...knownFamily, id: "g", name: "Cole family", guardians: [known(farid)] },
        ],
      },
      /two families, the Rahman family and the Cole family/,
    ],
    [
      "two families of the file that are one in the academy",
      [
        withGuardians({ ...farid, shareBp: null }),
        { ...withGuardians({ ...nadia, shareBp: null }), line: 7, students: [] },
      ],
      academy,
      /Rahman family, which line 2 is about/,
    ],
  ])("refuses %s", (_, families, people, message) => {
    expect(plan(families, people).errors).toMatchObject([{ message: expect.stringMatching(message) }]);
  });

  it("blames nobody for what a line that could not be read may have said", () => {
    const half = { ...withGuardians({ ...nadia, name: null }), isComplete: false };
    expect(plan([half], nobody).errors).toEqual([]);
  });
});
