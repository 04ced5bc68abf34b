import { lessonBooked, lessonCancelled, lessonMoved } from "@/inngest/events";
import { workflow } from "@/inngest/workflow";
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

const words = (count: number) => (count === 1 ? "1 email sent" : `${count} emails sent`);

/** What happened to a lesson, to the guardians of its family and to its teacher, each once. */
export const tellAboutLesson = workflow(
  {
    id: "tell-about-lesson",
    name: "Lesson: cancelled, moved or made up",
    on: [lessonCancelled, lessonMoved, lessonBooked],
    subject: ({ lessonId }) => ({ type: "lesson", id: lessonId }),
    retries: 12,
    concurrency: { limit: 1, key: "event.data.lessonId" },
  },
  async ({ event, step }) => {
    const tell = letters[event.name];
    const news: LessonNews = { eventId: event.id, ...event.data };
    await step("tell-family", () => tell.family(news), words);
    await step("tell-teacher", () => tell.teacher(news), words);
  },
);
