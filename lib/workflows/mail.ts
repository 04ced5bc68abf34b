import { sql } from "kysely";
import { getAcademy } from "@/lib/academy/queries";
import { service, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { deliver } from "@/lib/messaging/deliver";
import { renderRunFailed } from "@/lib/messaging/run-mails";
import { spokenStep } from "./rules";

const academyItself = service("messaging");

type Failed = {
  readonly workflow: string;
  readonly about: string;
  readonly endedAt: Date;
  readonly reason: string;
  readonly step: string | null;
  readonly undone: readonly string[];
  readonly notUndone: readonly string[];
};

/** The academy's email about a run that failed for good, once. False when it had been sent. */
export async function sendRunFailed(runId: string): Promise<boolean> {
  const found = await withPrincipal(academyItself, async (db) => {
    const { rows } = await sql<Failed>`
      select coalesce(r.name, r.function_id) as workflow, r.ended_at as "endedAt", coalesce(r.error, '') as reason,
             coalesce((select '#' || e.number || ' ' || s.first_name || ' ' || s.last_name
                         from enrollments e join students s on s.id = e.student_id where e.id = r.subject_id),
                      (select 'Receipt ' || p.receipt_number from payments p where p.id = r.subject_id),
                      f.name, replace(r.subject_type, '_', ' ')) as about,
             (select st.step from workflow_steps st
               where st.run_id = r.id and st.status <> 'completed' and st.undoes is null
               order by st.position desc limit 1) as step,
             array(select st.step from workflow_steps st where st.run_id = r.id and st.undoes is not null
                      and st.status = 'completed' order by st.position) as undone,
             array(select st.step from workflow_steps st where st.run_id = r.id and st.undoes is not null
                      and st.status <> 'completed' order by st.position) as "notUndone"
        from workflow_runs r left join families f on f.id = r.family_id
       where r.id = ${runId} and r.status = 'failed'`.execute(db);
    const settings = await getAcademy(db);
    return rows[0] ? { run: rows[0], settings } : null;
  });
  if (!found) return false;
  const { run, settings } = found;
  const { SITE_URL: siteUrl, ACADEMY_EMAIL: to } = env();
  return deliver({ key: `run-failed:${runId}`, kind: "run-failed", to }, () =>
    renderRunFailed({
      academy: {
        name: settings.name,
        email: settings.email,
        phone: settings.phone,
        address: settings.address,
        siteUrl,
      },
      timeZone: settings.timeZone,
      workflow: run.workflow,
      about: run.about,
      failedAt: run.endedAt,
      step: run.step && spokenStep(run.step),
      reason: run.reason,
      undone: run.undone.map(spokenStep),
      notUndone: run.notUndone.map(spokenStep),
      runUrl: `${siteUrl}/admin/workflows/${encodeURIComponent(runId)}`,
    }),
  );
}
