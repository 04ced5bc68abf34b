import { loadAcademy } from "@/lib/academy/loaders";
import { withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { download } from "@/lib/http/download";
import { readId } from "@/lib/ids";
import { lessonFile } from "@/lib/scheduling/lesson-calendar";
import { lessonPage } from "@/lib/scheduling/lesson-page";
import { getLesson } from "@/lib/scheduling/lesson-queries";

export async function GET(request: Request, { params }: RouteContext<"/teach/lessons/[id]/lesson.ics">) {
  const id = readId<"lesson">((await params).id);
  return download(request, ["teacher"], async (teacher) => {
    const lesson = id && (await withPrincipal(teacher, (db) => getLesson(db, id)));
    if (!lesson) return null;
    const academy = await loadAcademy();
    return lessonFile(
      lesson,
      academy,
      `${env().SITE_URL}${lessonPage("teacher", lesson.startsAt, academy.timeZone)}`,
    );
  });
}
