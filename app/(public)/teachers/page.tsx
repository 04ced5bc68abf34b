import type { Metadata, Route } from "next";
import Link from "next/link";
import { TeacherCards } from "@/components/teachers/teacher-cards";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { listInstruments } from "@/lib/academy/queries";
import { visitor, withPrincipal } from "@/lib/db/principal";
import { listTeachers } from "@/lib/teachers/queries";
import styles from "./teachers.module.css";

export const metadata: Metadata = {
  title: "Teachers",
  description: "Who teaches at Cedar Heights, what they teach, and when they have time.",
};

type TeachersProps = { searchParams: Promise<{ instrument?: string | string[] }> };

export default async function Teachers({ searchParams }: TeachersProps) {
  const { instrument: asked } = await searchParams;
  const { instruments, teachers } = await withPrincipal(visitor, async (db) => ({
    instruments: await listInstruments(db),
    teachers: await listTeachers(db),
  }));
  const wanted = instruments.find(({ slug }) => slug === asked);
  const shown = wanted
    ? teachers.filter((teacher) => teacher.instruments.some(({ slug }) => slug === wanted.slug))
    : teachers;
  return (
    <>
      <PageHeader
        title={wanted ? `${wanted.name} teachers` : "Teachers"}
        description="Working musicians who like to teach. Open a page to read about them and see their next open times."
      />
      <nav aria-label="By instrument">
        <ul className={styles.filter}>
          <li>
            <Link href="/teachers" className={styles.chip} aria-current={wanted ? undefined : "true"}>
              All
            </Link>
          </li>
          {instruments.map(({ slug, name }) => (
            <li key={slug}>
              <Link
                href={`/teachers?instrument=${slug}` as Route}
                className={styles.chip}
                aria-current={wanted?.slug === slug ? "true" : undefined}
              >
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {shown.length > 0 ? (
        <TeacherCards teachers={shown} />
      ) : (
        <EmptyState
          title={
            wanted
              ? `Nobody teaches ${wanted.name.toLowerCase()} at present`
              : "Our teachers’ pages are being prepared"
          }
          action={
            <>
              {wanted && <ButtonLink href="/teachers">See all teachers</ButtonLink>}
              <ButtonLink href="/contact" variant="secondary">
                Ask us
              </ButtonLink>
            </>
          }
        >
          We are glad to help you find the right person.
        </EmptyState>
      )}
    </>
  );
}
