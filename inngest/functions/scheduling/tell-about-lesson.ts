import { inngest } from "@/inngest/client";
import { lessonBooked, lessonCancelled, lessonMoved } from "@/inngest/events";
import { track } from "@/inngest/tracked";
import {
  type LessonNews,
  tellFamilyOfCancellation,
  tellFamilyOfMakeup,
  tellFamilyOfMove,
  tellTeacherOfCancellation,
  tellTeacherOfMakeup,
  tellTeachersOfMove,
} from "@/lib/scheduling/lesson-mail";

const letters = {
  "scheduling/lesson.cancelled": { family: tellFamilyOfCancellation, teacher: tellTeacherOfCancellation },
  "scheduling/lesson.moved": { family: tellFamilyOfMove, teacher: tellTeachersOfMove },
  "scheduling/lesson.booked": { family: tellFamilyOfMakeup, teacher: tellTeacherOfMakeup },
} as const;

function isLetter(name: string): name is keyof typeof letters {
  return Object.hasOwn(letters, name);
}

const words = (count: number) => (count === 1 ? "1 email sent" : `${count} emails sent`);

/** What happened to a lesson, to the guardians of its family and to its teacher, each once. */
export const tellAboutLesson = inngest.createFunction(
  {
    id: "tell-about-lesson",
    name: "Lesson: cancelled, moved or made up",
    triggers: [lessonCancelled, lessonMoved, lessonBooked],
    retries: 12,
    idempotency: "event.id",
  },
  async ({ event, step, runId }) => {
    const { lessonId } = event.data;
    const run = {
      runId,
      functionId: "tell-about-lesson",
      subject: { type: "lesson", id: lessonId },
    } as const;
    if (!isLetter(event.name)) return;
    const tell = letters[event.name];
    const news: LessonNews = { eventId: event.id ?? runId, ...event.data };
    await track(run, step, async (tracked) => {
      await tracked.step("tell-family", () => tell.family(news), words);
      await tracked.step("tell-teacher", () => tell.teacher(news), words);
    });
  },
);
