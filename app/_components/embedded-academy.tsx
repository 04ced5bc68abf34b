import { EmbeddedBar } from "@/components/site/embedded-bar";
import { signInSample } from "@/lib/auth/actions";
import { clock } from "@/lib/clock";
import { env } from "@/lib/env";
import { formatDayTime, formatZone } from "@/lib/format";
import { sampleAccounts } from "@/supabase/seed/accounts";
import { moveClock } from "../_actions/clock";

// The sample academy's zone. Read from here, not from the database: the bar must stand when that is down.
const ZONE = "America/New_York";

function inWords(offsetMs: number): string {
  const hours = Math.round(offsetMs / 3_600_000);
  const days = Math.floor(hours / 24);
  const rest = hours % 24;
  if (days === 0) return `+${hours} h`;
  return rest === 0 ? `+${days} d` : `+${days} d ${rest} h`;
}

/** The embedded stack's bar; nothing anywhere else. */
export function EmbeddedAcademy() {
  const { EMBEDDED, MAILBOX_URL, STRIPE_DASHBOARD_URL } = env();
  if (!EMBEDDED) return null;
  const now = clock.now();
  const offsetMs = clock.offsetMs();
  const links = [
    { label: "Mailbox", href: MAILBOX_URL },
    { label: "Stripe stand-in", href: STRIPE_DASHBOARD_URL },
    { label: "Workflows", href: "/admin/workflows" },
  ];
  return (
    <EmbeddedBar
      time={`${formatDayTime(now, ZONE)} ${formatZone(now, ZONE)}`}
      moved={offsetMs === 0 ? null : inWords(offsetMs)}
      accounts={sampleAccounts}
      links={links.flatMap(({ label, href }) => (href ? [{ label, href }] : []))}
      signIn={signInSample}
      moveClock={moveClock}
    />
  );
}
