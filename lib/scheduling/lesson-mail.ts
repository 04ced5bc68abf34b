import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { type Db, service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { countOf, formatDayTime, formatZone } from "@/lib/format";
import type { Id } from "@/lib/ids";
import { deliver } from "@/lib/messaging/deliver";
import type { AcademyFacts, StudentFacts } from "@/lib/messaging/facts";
import {
  type ChangedLessonFacts,
  type LessonReader,
  renderLessonCancelled,
  renderLessonMoved,
  renderMakeupBooked,
} from "@/lib/messaging/lesson-mails";
import type { RenderedMail } from "@/lib/messaging/smtp";
import { formatMoney, usd } from "@/lib/money";
import { type Lesson, lessonTitle } from "./lesson";
import type { LessonChange } from "./lesson-change";
import { getLessonChange, teacherNames } from "./lesson-change-queries";
import { cancelledWords } from "./lesson-change-rules";
import { getLesson } from "./lesson-queries";

const academyItself = service("messaging");

/** What happened to a lesson, as its event tells it. `eventId` makes each mail's key, so that each is sent once. */
export type LessonNews = {
  readonly eventId: string;
  readonly lessonId: string;
  /** Whose seat it is about, in a lesson of a class; null for the class as a whole. */
  readonly studentId?: string | null | undefined;
  readonly fromStart?: string | undefined;
  readonly fromTeacherId?: string | undefined;
  readonly reason?: string | null | undefined;
};

type Person = {
  readonly id: string;
  readonly firstName: string;
  readonly name: string;
  readonly email: string;
};

type Case = {
  readonly lesson: Lesson;
  readonly change: LessonChange;
  readonly academy: AcademyFacts;
  readonly timeZone: string;
  readonly enrollmentId: string | null;
  /** Cancelled by a closure: a letter about all lessons of a family, and of a teacher, tells of it. */
  readonly isOfClosure: boolean;
  readonly teacher: Person | null;
  readonly formerTeacher: Person | null;
  /** The students that the news is about, each with the guardians to be told. */
  readonly students: readonly {
    readonly id: string;
    readonly familyId: string;
    readonly firstName: string;
    readonly lastName: string;
    readonly isSeatGivenUp: boolean;
    readonly paidOutCents: number | null;
    readonly guardians: readonly Person[];
  }[];
};

const teacherOf = (id: string | undefined) => sql<Person>`
  select t.id, t.first_name as "firstName", t.first_name || ' ' || t.last_name as name, e.email
    from teachers t join teacher_employment e on e.teacher_id = t.id where t.id = ${id ?? null}::uuid`;

async function readCase(db: Db, news: LessonNews): Promise<Case> {
  const id = news.lessonId as Id<"lesson">;
  const lesson = await getLesson(db, id);
  const change = await getLessonChange(db, id);
  if (!lesson || !change) throw new AppError("not_found", { userMessage: "This lesson does not exist." });
  const settings = await getAcademy(db);
  const { rows: students } = await sql<Case["students"][number]>`
    select s.id, s.family_id as "familyId", s.first_name as "firstName", s.last_name as "lastName",
           p.given_up_at is not null as "isSeatGivenUp",
           (select sum(a.amount_cents)::int from account_credits a where a.lesson_id = l.id and a.family_id = s.family_id)
             as "paidOutCents",
           coalesce((select json_agg(json_build_object('id', g.id, 'firstName', split_part(g.full_name, ' ', 1),
                                                       'name', g.full_name, 'email', g.email) order by g.created_at, g.id)
                       from guardians g where g.family_id = s.family_id and g.deleted_at is null), '[]') as guardians
      from lessons l
      left join lesson_seats p on p.lesson_id = l.id and l.class_id is not null
      join students s on s.id = coalesce(l.student_id, p.student_id)
     where l.id = ${id}
       and (${news.studentId ?? null}::uuid is null and p.given_up_at is null or s.id = ${news.studentId ?? null})
     order by s.id`.execute(db);
  const enrollment = await db
    .selectFrom("lessons")
    .select(["enrollment_id", "closure_id"])
    .where("id", "=", id)
    .executeTakeFirst();
  const teacher = (await teacherOf(lesson.teacher.id).execute(db)).rows[0] ?? null;
  const isOther = news.fromTeacherId !== undefined && news.fromTeacherId !== lesson.teacher.id;
  const formerTeacher = isOther ? ((await teacherOf(news.fromTeacherId).execute(db)).rows[0] ?? null) : null;
  return {
    lesson,
    change,
    academy: {
      name: settings.name,
      email: settings.email,
      phone: settings.phone,
      address: settings.address,
      siteUrl: env().SITE_URL,
    },
    timeZone: settings.timeZone,
    enrollmentId: enrollment?.enrollment_id ?? null,
    isOfClosure: enrollment?.closure_id != null && change.cancelled !== null,
    teacher,
    formerTeacher,
    students,
  };
}

const read = (news: LessonNews): Promise<Case> => withPrincipal(academyItself, (db) => readCase(db, news));

function lessonFacts({ lesson, timeZone }: Case): ChangedLessonFacts {
  const title = lessonTitle(lesson);
  return {
    id: lesson.id,
    sequence: lesson.sequence,
    noun: lesson.className ?? `${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    teacherName: lesson.teacher.name,
    roomName: lesson.roomName,
    startsAt: lesson.startsAt,
    minutes: lesson.minutes,
    timeZone,
  };
}

type Told = {
  readonly reader: LessonReader;
  readonly person: Person;
  readonly student: StudentFacts;
  readonly of: Case["students"][number] | null;
  readonly lessonUrl: string;
};

/** Sends one letter to each reader that has an address; how many were sent now. */
async function tellEach(
  kind: string,
  news: LessonNews,
  of: Case,
  readers: readonly Told[],
  render: (told: Told) => Promise<RenderedMail>,
): Promise<number> {
  let sent = 0;
  for (const told of readers) {
    const letter = {
      key: `${kind}:${news.eventId}:${told.person.id}${told.of ? `:${told.of.id}` : ""}`,
      kind,
      to: told.person.email,
      familyId: told.reader.role === "family" ? (told.of?.familyId ?? null) : null,
      enrollmentId: of.enrollmentId,
    };
    if (await deliver(letter, () => render(told))) sent += 1;
  }
  return sent;
}

function familyReaders(of: Case): Told[] {
  return of.students.flatMap((student) =>
    student.guardians.map((person) => ({
      reader: { role: "family" as const, firstName: person.firstName },
      person,
      of: student,
      student: {
        firstName: student.firstName,
        lastName: student.lastName,
        isReader: `${student.firstName} ${student.lastName}`.toLowerCase() === person.name.toLowerCase(),
      },
      lessonUrl: `${of.academy.siteUrl}/family/lessons/${of.lesson.id}`,
    })),
  );
}

function teacherReader(of: Case, person: Person | null): Told[] {
  if (!person) return [];
  const [first] = of.students;
  // A class's lesson is the class's, however many students it has.
  const firstName =
    of.lesson.className && of.students.length !== 1 ? "the class" : (first?.firstName ?? "the student");
  return [
    {
      reader: { role: "teacher", firstName: person.firstName },
      person,
      of: null,
      student: { firstName, lastName: "", isReader: false },
      lessonUrl: `${of.academy.siteUrl}/teach/lessons/${of.lesson.id}`,
    },
  ];
}

function cancellationOutcome(of: Case, told: Told): string[] {
  const { change, timeZone } = of;
  if (told.reader.role === "teacher") {
    if (!change.cancelled) return [];
    return [
      change.cancelled.paysTeacher ? "You are paid for the time." : "The time is free again and not paid.",
    ];
  }
  if (told.of?.isSeatGivenUp) return ["There is no credit for one lesson of a class."];
  const lines: string[] = [];
  if (change.credit?.isOpen) {
    const until = `${formatDayTime(change.credit.expiresAt, timeZone)} ${formatZone(change.credit.expiresAt, timeZone)}`;
    lines.push(`A make-up credit of ${countOf(change.credit.minutes, "minute")}, valid until ${until}.`);
    if (change.cancelled && !["family", "illness"].includes(change.cancelled.kind)) {
      lines.push("You may turn it into money instead, on the page of your make-ups.");
    }
  }
  if (told.of?.paidOutCents) {
    lines.push(`${formatMoney(usd(told.of.paidOutCents))} of credit, which pays your next invoice first.`);
  }
  return lines.length > 0 ? lines : ["There is no make-up credit for it."];
}

function sendCancelled(news: LessonNews, of: Case, readers: readonly Told[]): Promise<number> {
  return tellEach("lesson-cancelled", news, of, readers, (told) => {
    const isSeat = of.change.cancelled === null;
    const canBook = told.reader.role === "family" && of.change.credit?.isOpen === true;
    const facts = lessonFacts(of);
    return renderLessonCancelled({
      academy: of.academy,
      reader: told.reader,
      student: told.student,
      // A seat that is given up is no change of the lesson, but one of this reader's entry.
      lesson: isSeat ? { ...facts, sequence: facts.sequence + 1 } : facts,
      lessonUrl: told.lessonUrl,
      how: of.change.cancelled ? cancelledWords(of.change.cancelled.kind) : "by the family",
      reason: of.change.cancelled?.reason ?? null,
      outcome: cancellationOutcome(of, told),
      isSeat,
      action: canBook
        ? { label: "Book a make-up", href: `${of.academy.siteUrl}/family/makeups/${of.change.credit?.id}` }
        : { label: "See the lesson", href: told.lessonUrl },
    });
  });
}

/** Tells the guardians of the family that a lesson was cancelled, each once. Returns how many mails went out now. */
export async function tellFamilyOfCancellation(news: LessonNews): Promise<number> {
  const of = await read(news);
  if (of.isOfClosure) return 0;
  return sendCancelled(news, of, familyReaders(of));
}

/** Tells the teacher; of a class that is called off as a whole there is one letter, whichever family's event comes first. */
export async function tellTeacherOfCancellation(news: LessonNews): Promise<number> {
  const of = await read(news);
  if (of.isOfClosure) return 0;
  const isWhole = of.lesson.className !== null && of.change.cancelled !== null;
  if (!isWhole) return sendCancelled(news, of, teacherReader(of, of.teacher));
  const whole = { ...of, students: [] };
  return sendCancelled({ ...news, eventId: of.lesson.id }, whole, teacherReader(whole, of.teacher));
}

async function sendMoved(news: LessonNews, of: Case, readers: readonly Told[]): Promise<number> {
  const { fromStart, fromTeacherId } = news;
  if (!fromStart || !fromTeacherId)
    throw new AppError("invalid", { userMessage: "The event does not say from where." });
  const names = await withPrincipal(academyItself, (db) => teacherNames(db, [fromTeacherId]));
  return tellEach("lesson-moved", news, of, readers, (told) =>
    renderLessonMoved({
      academy: of.academy,
      reader: told.reader,
      student: told.student,
      lesson: lessonFacts(of),
      lessonUrl: told.lessonUrl,
      was: { startsAt: new Date(fromStart), teacherName: names.get(fromTeacherId) ?? "a former teacher" },
      reason: news.reason ?? null,
    }),
  );
}

/** Tells the guardians of the family that a lesson has moved, each once. */
export async function tellFamilyOfMove(news: LessonNews): Promise<number> {
  const of = await read(news);
  return sendMoved(news, of, familyReaders(of));
}

/** Tells the teacher that a lesson has moved, and the one who had it before that it is theirs no more. */
export async function tellTeachersOfMove(news: LessonNews): Promise<number> {
  const of = await read(news);
  const told = await sendMoved(news, of, teacherReader(of, of.teacher));
  if (!of.formerTeacher || !news.fromStart) return told;
  const { formerTeacher, timeZone } = of;
  const startsAt = new Date(news.fromStart);
  return (
    told +
    (await tellEach("lesson-moved-away", news, of, teacherReader(of, formerTeacher), (reader) =>
      renderLessonCancelled({
        academy: of.academy,
        reader: reader.reader,
        student: reader.student,
        lesson: { ...lessonFacts(of), startsAt, timeZone, teacherName: formerTeacher.name },
        lessonUrl: `${of.academy.siteUrl}/teach`,
        how: "for you: another teacher gives it",
        reason: news.reason ?? null,
        outcome: [],
        isSeat: false,
        action: { label: "See your lessons", href: `${of.academy.siteUrl}/teach` },
      }),
    ))
  );
}

function sendBooked(news: LessonNews, of: Case, readers: readonly Told[]): Promise<number> {
  return tellEach("makeup-booked", news, of, readers, (told) =>
    renderMakeupBooked({
      academy: of.academy,
      reader: told.reader,
      student: told.student,
      lesson: lessonFacts(of),
      lessonUrl: told.lessonUrl,
    }),
  );
}

/** Tells the guardians of the family that a make-up is booked, each once. */
export async function tellFamilyOfMakeup(news: LessonNews): Promise<number> {
  const of = await read(news);
  return sendBooked(news, of, familyReaders(of));
}

/** Tells the teacher that a make-up is booked. */
export async function tellTeacherOfMakeup(news: LessonNews): Promise<number> {
  const of = await read(news);
  return sendBooked(news, of, teacherReader(of, of.teacher));
}
