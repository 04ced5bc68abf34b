/**
 * An account of the sample academy, as the embedded stack prints it and its bar offers it. `home` is the path its
 * owner lands on, `tryThis` one thing worth doing there. Addresses end in .example, so no mail can reach anybody.
 */
export type SampleAccount = {
  readonly label: string;
  readonly role: "admin" | "teacher" | "parent" | "student";
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly home: string;
  readonly tryThis: string;
};

export const sampleAccounts: readonly SampleAccount[] = [
  {
    label: "Administrator",
    role: "admin",
    name: "Ruth Calloway",
    email: "ruth.calloway@cedarheights.example",
    password: "sample-admin-1",
    home: "/admin",
    tryThis: "Open an enrollment and follow its workflow run, step by step.",
  },
  {
    label: "Teacher",
    role: "teacher",
    name: "Elena Marquez",
    email: "elena.marquez@cedarheights.example",
    password: "sample-teacher-1",
    home: "/teach",
    tryThis: "Look at the coming week's piano lessons and at who is new.",
  },
  {
    label: "Parent",
    role: "parent",
    name: "Nadia Rahman",
    email: "nadia.rahman@families.example",
    password: "sample-parent-1",
    home: "/family",
    tryThis: "See Lina's and Amir's next lessons and the receipts, or enroll Lina in a second instrument.",
  },
  {
    label: "New parent",
    role: "parent",
    name: "Tom Becker",
    email: "tom.becker@families.example",
    password: "sample-newcomer-1",
    home: "/family",
    tryThis: "Enroll a first child: choose an open time and pay with a test card.",
  },
  {
    label: "Student",
    role: "student",
    name: "Amir Rahman",
    email: "amir.rahman@families.example",
    password: "sample-student-1",
    home: "/student",
    tryThis: "See the coming guitar lessons; there is no money on these pages.",
  },
];
