import type { Metadata } from "next";
import Link from "next/link";
import { levelWord } from "@/components/enrollments/enrollment-wording";
import { ListFilters } from "@/components/portal/list-filters";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { Initials } from "@/components/ui/initials";
import { PageHeader } from "@/components/ui/page-header";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import { listStudents } from "@/lib/families/queries";
import { countOf, formatDayTime, localDate } from "@/lib/format";
import { containsPattern, readListParams } from "@/lib/reporting/list-params";
import styles from "../../teach.module.css";

export const metadata: Metadata = { title: "Students" };

export default async function TeacherStudents({ searchParams }: PageProps<"/teach/students">) {
  const teacher = await requirePage(["teacher"]);
  const { search } = readListParams(await searchParams, {
    sorts: ["name"],
    defaultSort: "name",
    filters: {},
  });
  const [{ timeZone }, students] = await Promise.all([
    loadAcademy(),
    withPrincipal(teacher, (db) => listStudents(db, containsPattern(search))),
  ]);
  const today = localDate(clock.now(), timeZone);

  return (
    <>
      <PageHeader title="Your students" description={countOf(students.length, "student")} />
      {(students.length > 0 || search) && (
        <ListFilters action="/teach/students" searchLabel="Name" search={search} isFiltered={search !== ""} />
      )}
      {students.length > 0 ? (
        <ul className={styles.students}>
          {students.map((student) => (
            <li key={student.id} className={styles.student}>
              <Initials name={student.name} />
              <div>
                <h2 className={styles.name}>
                  <Link href={`/teach/students/${student.id}`}>{student.name}</Link>
                </h2>
                <p className={styles.facts}>
                  {ageOn(student.birthDate, today)} years
                  {student.instruments.map(
                    (learned) => ` · ${learned.name}, ${levelWord(learned.level).toLowerCase()}`,
                  )}
                </p>
                <p className={styles.facts}>
                  {student.nextLessonAt
                    ? `Next lesson ${formatDayTime(student.nextLessonAt, timeZone)}`
                    : "No lesson planned"}
                </p>
              </div>
            </li>
          ))}
        </ul>
      ) : search ? (
        <EmptyState
          title={`Nobody is called “${search}”`}
          action={<ButtonLink href="/teach/students">Show all students</ButtonLink>}
        >
          <p>A part of the first or the last name is enough.</p>
        </EmptyState>
      ) : (
        <EmptyState title="No students yet" action={<ButtonLink href="/teach">To your lessons</ButtonLink>}>
          <p>
            A student stands here as soon as the first lesson with you is arranged; you get an email then.
          </p>
        </EmptyState>
      )}
    </>
  );
}
