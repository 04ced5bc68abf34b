import {
  IconCalendar,
  IconClipboardList,
  IconCreditCard,
  IconHistory,
  IconHome,
  IconMusic,
  IconRoute,
  IconSchool,
  IconShieldLock,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/brand/wordmark";
import { PortalShell } from "@/components/ui/portal-shell";
import { signOutAction } from "@/lib/auth/actions";
import { requirePage } from "@/lib/auth/session";
import { withPrincipal } from "@/lib/db/principal";
import { getWaitingCounts } from "@/lib/reporting/today-queries";

export const metadata: Metadata = { title: { default: "The academy", template: "%s · Cedar Heights" } };

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const admin = await requirePage(["admin"]);
  const waiting = await withPrincipal(admin, getWaitingCounts);
  return (
    <PortalShell
      nav={[
        { label: "Today", href: "/admin", icon: <IconSun />, exact: true },
        {
          label: "Enrollments",
          href: "/admin/enrollments",
          icon: <IconClipboardList />,
          count: waiting.provisional,
        },
        { label: "Lessons", href: "/admin/lessons", icon: <IconCalendar /> },
        { label: "Payments", href: "/admin/payments", icon: <IconCreditCard /> },
        { label: "Families", href: "/admin/families", icon: <IconHome /> },
        { label: "Students", href: "/admin/students", icon: <IconMusic /> },
        { label: "Teachers", href: "/admin/teachers", icon: <IconSchool /> },
        { label: "Workflows", href: "/admin/workflows", icon: <IconRoute />, count: waiting.failedRuns },
        { label: "Audit trail", href: "/admin/audit", icon: <IconHistory /> },
        { label: "Privacy", href: "/admin/privacy", icon: <IconShieldLock /> },
        { label: "Account", href: "/admin/account", icon: <IconUser /> },
      ]}
      userName={admin.name}
      roleLabel="Administrator"
      brand={<Wordmark />}
      homeHref="/admin"
      signOut={signOutAction}
    >
      {children}
    </PortalShell>
  );
}
