import { loadAcademy } from "@/lib/academy/loaders";
import { withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { download } from "@/lib/http/download";
import { readId } from "@/lib/ids";
import { lessonFile } from "@/lib/scheduling/lesson-calendar";
import { getLesson } from "@/lib/scheduling/lesson-queries";

export async function GET(request: Request, { params }: RouteContext<"/student/lessons/[id]/lesson.ics">) {
  const id = readId<"lesson">((await params).id);
  return download(request, ["student"], async (student) => {
    const lesson = id && (await withPrincipal(student, (db) => getLesson(db, id)));
    return lesson && lessonFile(lesson, await loadAcademy(), `${env().SITE_URL}/student`);
  });
}
