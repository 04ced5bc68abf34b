import { currentPrincipal } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { progressOf } from "@/lib/enrollment/progress";
import { getEnrollment, listEnrollmentSteps } from "@/lib/enrollment/queries";

export const dynamic = "force-dynamic";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where an enrollment is, for its own family: what the live page asks for until the enrollment has come to rest. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  const person = await currentPrincipal();
  if (!person) return Response.json({ error: "Please sign in again." }, { status: 401 });
  if (!UUID.test(id)) return Response.json({ error: "There is no such enrollment." }, { status: 404 });
  const progress = await withPrincipal(person, async (db) => {
    const enrollment = await getEnrollment(db, id);
    return enrollment && progressOf(enrollment, await listEnrollmentSteps(db, id));
  });
  if (!progress) return Response.json({ error: "There is no such enrollment." }, { status: 404 });
  return Response.json(progress, { headers: { "cache-control": "no-store" } });
}
