import type { Metadata } from "next";
import { z } from "zod";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { currentPrincipal } from "@/lib/auth/session";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { readDraftId } from "@/lib/enrollment/draft-cookie";
import { getDraft } from "@/lib/enrollment/drafts";
import {
  getEnrollment,
  getTrialPrice,
  listInstrumentChoices,
  listTeachingStyles,
} from "@/lib/enrollment/queries";
import { formatDayTime } from "@/lib/format";
import { formatPrice, usd } from "@/lib/money";
import styles from "./_components/enroll.module.css";
import { Progress } from "./_components/progress";
import { StudentForm, type StudentFormValues } from "./_components/student-form";

export const metadata: Metadata = {
  title: "Enroll",
  description: "Choose an instrument, a teacher and a time, and begin with a trial lesson.",
};

type Search = Promise<Record<string, string | string[] | undefined>>;

function one(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

const uuid = z.uuid();

/** What a parent's own enrollment, or child, or a brother or sister of the child already says. */
async function knownValues(
  enrollmentId: string,
  studentId: string,
  siblingId: string,
): Promise<Record<string, string>> {
  const wanted = [enrollmentId, studentId, siblingId].find((id) => uuid.safeParse(id).success);
  const parent = wanted ? await currentPrincipal() : null;
  if (parent?.role !== "parent") return {};
  return withPrincipal(parent, async (db) => {
    if (wanted === siblingId) {
      const sibling = await db
        .selectFrom("students")
        .select("last_name as lastName")
        .where("id", "=", siblingId)
        .executeTakeFirst();
      return sibling ? { firstName: "", birthDate: "", wishes: "", ...sibling } : {};
    }
    if (wanted === studentId) {
      const child = await db
        .selectFrom("students")
        .select(["first_name as firstName", "last_name as lastName", "birth_date as birthDate"])
        .where("id", "=", studentId)
        .executeTakeFirst();
      return child ? { ...child, instrument: "" } : {};
    }
    const earlier = await getEnrollment(db, enrollmentId);
    if (!earlier) return {};
    const { id, firstName, lastName, birthDate } = earlier.student;
    const learned = await db
      .selectFrom("student_instruments")
      .select(["level", "wishes"])
      .where("student_id", "=", id)
      .where("instrument_id", "=", earlier.instrument.id)
      .executeTakeFirst();
    return {
      firstName,
      lastName,
      birthDate,
      instrument: earlier.instrument.slug,
      start: "plan",
      ...(earlier.kind === "plan" ? { minutes: String(earlier.minutes) } : {}),
      ...learned,
    };
  });
}

/** What the form begins with: an earlier enrollment to go on from, the unfinished draft, what the link names. */
async function initialValues(search: Awaited<Search>): Promise<StudentFormValues> {
  const draft = await getDraft(await readDraftId());
  const values: Record<string, string | readonly string[]> = {};
  const { student } = draft?.data ?? {};
  if (student) {
    for (const [name, value] of Object.entries(student))
      values[name] = Array.isArray(value) ? value.map(String) : String(value);
  }
  Object.assign(values, await knownValues(one(search.continue), one(search.student), one(search.sibling)));
  for (const name of ["instrument", "minutes"]) if (one(search[name])) values[name] = one(search[name]);
  if (one(search.kind) === "trial") values.start = "trial";
  else if (["45", "60"].includes(one(search.minutes))) values.start = "plan";
  return values;
}

export default async function EnrollPage({ searchParams }: { searchParams: Search }) {
  const search = await searchParams;
  const [initial, academy] = await Promise.all([initialValues(search), loadAcademy()]);
  const startsAt = new Date(one(search.starts_at));
  const teacher = one(search.teacher);
  const { instruments, styleNames, trial, teacherName } = await withPrincipal(visitor, async (db) => ({
    instruments: await listInstrumentChoices(db),
    styleNames: await listTeachingStyles(db),
    trial: await getTrialPrice(db),
    teacherName: teacher
      ? await db
          .selectFrom("teachers")
          .select(["first_name", "last_name"])
          .where("slug", "=", teacher)
          .executeTakeFirst()
      : undefined,
  }));
  const chosenTime =
    teacherName && !Number.isNaN(startsAt.getTime()) ? { teacher, startsAt: startsAt.toISOString() } : null;
  return (
    <div className={styles.page}>
      <Progress current="Student" />
      <PageHeader
        title="Who would like to learn?"
        description="Two minutes for the details, then you choose a teacher and a time. You pay only at the end."
      />
      {chosenTime && teacherName && (
        <Notice tone="good" title={formatDayTime(startsAt, academy.timeZone)}>
          with {teacherName.first_name} {teacherName.last_name}. We hold this time for you as soon as the
          details are in.
        </Notice>
      )}
      <StudentForm
        instruments={instruments.map(({ slug, name, minimumAge }) => ({
          slug,
          label: `${name}, from age ${minimumAge}`,
        }))}
        styleNames={styleNames}
        initial={initial}
        trial={{ minutes: academy.trialMinutes, price: formatPrice(usd(trial)) }}
        chosenTime={chosenTime}
      />
    </div>
  );
}
