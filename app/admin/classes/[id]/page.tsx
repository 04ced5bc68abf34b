import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { BackLink } from "@/components/portal/back-link";
import { Columns } from "@/components/portal/columns";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { loadAcademy } from "@/lib/academy/loaders";
import { requirePage } from "@/lib/auth/session";
import { clock } from "@/lib/clock";
import { withPrincipal } from "@/lib/db/principal";
import { ageOn } from "@/lib/enrollment/rules";
import { formatDate, formatDayTime, localDate } from "@/lib/format";
import { readId } from "@/lib/ids";
import { formatMoney } from "@/lib/money";
import { getClass, getClassFacts, listClassChoices, listSeated } from "@/lib/scheduling/class-queries";
import { ageWords, classKindWords, classPriceWords, weeklyWords } from "@/lib/scheduling/class-rules";
import { listWaitingEntries } from "@/lib/scheduling/waitlist-queries";
import { remainingWords } from "@/lib/scheduling/waitlist-rules";
import { ClassStatusBadge } from "../../_components/class-status";
import styles from "../../admin.module.css";
import { classChoicesOf } from "../_components/class-choices";
import { ClassForm } from "../_components/class-form";

export const metadata: Metadata = { title: "Class" };

export default async function AdminClass({ params }: PageProps<"/admin/classes/[id]">) {
  const admin = await requirePage(["admin"]);
  const id = readId<"class">((await params).id);
  if (!id) notFound();
  const [{ timeZone }, found] = await Promise.all([
    loadAcademy(),
    withPrincipal(admin, async (db) => ({
      of: await getClass(db, id),
      facts: await getClassFacts(db, id),
      choices: await listClassChoices(db),
      seated: await listSeated(db, id),
      waiting: await listWaitingEntries(db, id),
    })),
  ]);
  const { of, facts, choices, seated, waiting } = found;
  if (!of || !facts) notFound();
  const now = clock.now();
  const today = localDate(now, timeZone);
  const isOver = of.status === "ended" || of.status === "cancelled";

  return (
    <>
      <PageHeader
        eyebrow={<BackLink href={"/admin/classes" as Route}>Classes</BackLink>}
        title={of.name}
        description={
          <span className={styles.badges}>
            <ClassStatusBadge status={of.status} />
            <span>
              {classKindWords(of.kind)} · {of.termName} ·{" "}
              {weeklyWords(of) ?? (of.nextAt ? formatDayTime(of.nextAt, timeZone) : "over")} ·{" "}
              {facts.roomName} · {ageWords(of).toLowerCase()} · {classPriceWords(of.kind, of.price)}
            </span>
          </span>
        }
      />
      <Columns
        aside={
          <>
            <Card title={`Students: ${of.taken} of ${of.seats} seats`}>
              {seated.length === 0 ? (
                <p className={styles.soft}>Nobody has a seat yet. Families sign up on the public page.</p>
              ) : (
                <ul className={styles.rows}>
                  {seated.map((student) => (
                    <li key={student.studentId}>
                      <div className={styles.rowWords}>
                        <span className={styles.rowName}>
                          {student.name} ({ageOn(student.birthDate, today)})
                        </span>
                        <span className={styles.second}>
                          <Link href={`/admin/families/${student.familyId}`}>{student.familyName}</Link> ·
                          since {formatDate(student.takenAt, timeZone)}
                        </span>
                      </div>
                    </li>
                  ))}
                </ul>
              )}
            </Card>
            <Card
              title="Waitlist"
              actions={<Link href={"/admin/waitlist" as Route}>The whole waitlist</Link>}
            >
              {waiting.length === 0 ? (
                <p className={styles.soft}>Nobody waits for this class.</p>
              ) : (
                <ol className={styles.rows}>
                  {waiting.map((entry) => (
                    <li key={entry.id}>
                      <div className={styles.rowWords}>
                        <span className={styles.rowName}>
                          <Link href={`/admin/waitlist/${entry.id}` as Route}>
                            {entry.place}. {entry.studentName}
                          </Link>
                        </span>
                        <span className={styles.second}>since {formatDate(entry.joinedAt, timeZone)}</span>
                      </div>
                      {entry.offer && (
                        <StatusBadge tone="good">
                          Offered, {remainingWords(entry.offer.expiresAt, now) ?? "nothing"} left
                        </StatusBadge>
                      )}
                    </li>
                  ))}
                </ol>
              )}
            </Card>
          </>
        }
      >
        <Card
          title="The class"
          description={
            isOver
              ? undefined
              : "A change of time, teacher or room moves the lessons that are to come, each within its week."
          }
        >
          {isOver ? (
            <p className={styles.soft}>
              A class that has ended stays as it was. Open a new one in its place.
            </p>
          ) : (
            <ClassForm
              choices={classChoicesOf(choices)}
              initial={{
                classId: of.id,
                kind: of.kind,
                termId: facts.termId,
                name: of.name,
                description: of.description,
                teacherId: facts.teacherId,
                roomId: facts.roomId,
                instrumentId: facts.instrumentId ?? "",
                status: of.status,
                weekday: of.weekday === null ? "" : String(of.weekday),
                day: of.nextAt ? localDate(of.nextAt, timeZone) : "",
                starts: of.starts?.slice(0, 5) ?? (of.nextAt ? localTime(of.nextAt, timeZone) : "00:00"),
                minutes: String(of.minutes),
                price: formatMoney(of.price).replace(/[$,]/g, ""),
                minimumAge: String(of.minimumAge),
                maximumAge: String(of.maximumAge),
                seats: String(of.seats),
              }}
              timeZone={timeZone}
            />
          )}
        </Card>
      </Columns>
    </>
  );
}

/** `16:15` as a time field wants it. */
function localTime(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(instant);
}
