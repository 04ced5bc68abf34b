export type TeacherId = string & { readonly idOf: "teacher" };

/** An instrument that a teacher teaches, to which ages (years, both included). */
export type TaughtInstrument = {
  readonly slug: string;
  readonly name: string;
  readonly minimumAge: number;
  readonly maximumAge: number;
  readonly levels: readonly string[];
};

/** A teacher as everybody may see them. */
export type Teacher = {
  readonly id: TeacherId;
  readonly slug: string;
  readonly firstName: string;
  readonly name: string;
  readonly headline: string;
  readonly bio: string;
  readonly styles: readonly string[];
  readonly strengths: readonly string[];
  readonly languages: readonly string[];
  /** Year in which they began to teach. */
  readonly teachingSince: number;
  /** Whether there is room for new students. */
  readonly isAccepting: boolean;
  readonly instruments: readonly TaughtInstrument[];
};

/** Weekly hours in local time of the academy's zone, `HH:MM`; weekday 0 is Monday. */
export type TeachingHours = { readonly weekday: number; readonly starts: string; readonly ends: string };
