import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { SubmitButton } from "@/components/ui/submit-button";
import styles from "./account.module.css";
import { AccountForm } from "./account-form";

type AccountCardsProps = {
  account: { readonly name: string; readonly phone: string | null; readonly email: string };
  /** Where to write for what a person cannot change themselves. */
  academyEmail: string;
  /** Server action that ends every session of the account. */
  signOutEverywhere: () => Promise<void>;
  /** Cards of the role's own, between those that everybody has. */
  children?: ReactNode;
};

/** What everybody can do with their own account, whatever their role. */
export function AccountCards({ account, academyEmail, signOutEverywhere, children }: AccountCardsProps) {
  return (
    <div className={styles.cards}>
      <Card
        title="About you"
        description={
          <>
            To change your email address, write to <a href={`mailto:${academyEmail}`}>{academyEmail}</a>.
          </>
        }
      >
        <AccountForm name={account.name} phone={account.phone ?? ""} email={account.email} />
      </Card>
      {children}
      <Card title="Sign out everywhere">
        <p className={styles.text}>
          Ends your session on every device, this one too: for a lost phone, or a computer that was not yours.
          You sign in again with your password afterwards.
        </p>
        <form action={signOutEverywhere}>
          <SubmitButton variant="secondary" pending="Signing out…">
            Sign out on all devices
          </SubmitButton>
        </form>
      </Card>
    </div>
  );
}
