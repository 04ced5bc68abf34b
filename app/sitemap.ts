import type { MetadataRoute } from "next";
import { listInstruments } from "@/lib/academy/queries";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { env } from "@/lib/env";
import { listTeachers } from "@/lib/teachers/queries";

export const dynamic = "force-dynamic";

const fixed = ["/", "/lessons", "/teachers", "/classes", "/timeslots", "/pricing", "/policies", "/contact"];

export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const paths = await withPrincipal(visitor, async (db) => [
    ...fixed,
    ...(await listInstruments(db)).map(({ slug }) => `/lessons/${slug}`),
    ...(await listTeachers(db)).map(({ slug }) => `/teachers/${slug}`),
  ]);
  return paths.map((path) => ({ url: `${env().SITE_URL}${path}` }));
}
