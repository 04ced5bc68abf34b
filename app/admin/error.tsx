"use client";

import { PortalFailure } from "@/components/portal/portal-failure";

export default function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  return <PortalFailure error={error} retry={retry} home="/admin" />;
}
