import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { loginPath, registerPath } from "@/lib/auth/rules";
import { currentPrincipal } from "@/lib/auth/session";
import { readDraftId } from "@/lib/enrollment/draft-cookie";
import { getDraft } from "@/lib/enrollment/drafts";
import { DraftHold } from "../_components/draft-hold";
import styles from "../_components/enroll.module.css";
import { Progress } from "../_components/progress";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage() {
  const [draft, person] = await Promise.all([readDraftId().then(getDraft), currentPrincipal()]);
  if (!draft?.data.student) redirect("/enroll");
  if (!draft.hold) redirect("/enroll/time");
  if (person?.role === "parent") redirect("/enroll/review");
  const back = `/enroll/resume?draft=${draft.id}`;
  return (
    <div className={styles.page}>
      <Progress current="Account" />
      <PageHeader
        title="Your account"
        description="It keeps lessons, receipts and messages of your family together."
      />
      <DraftHold draft={draft} />
      {person && (
        <Notice title="You are signed in as staff or student">
          Enrollments belong to a parent's account. Sign in with one, or create it; adults who learn
          themselves do the same.
        </Notice>
      )}
      <div className={styles.columns}>
        <Card title="New here?" raised>
          <div className={styles.form}>
            <p>We send one email to confirm your address. Its link brings you back to this point.</p>
            <ButtonLink href={registerPath(back) as Route}>Create an account</ButtonLink>
          </div>
        </Card>
        <Card title="Already with us?">
          <div className={styles.form}>
            <p>Sign in and go straight on.</p>
            <ButtonLink href={loginPath(back) as Route} variant="secondary">
              Sign in
            </ButtonLink>
          </div>
        </Card>
      </div>
    </div>
  );
}
