import type { Route } from "next";
import Link from "next/link";
import { listOf } from "@/lib/format";
import type { Teacher } from "@/lib/teachers/schema";
import { TeacherAvatar } from "./teacher-avatar";
import styles from "./teacher-card.module.css";

/** Teachers side by side, each leading to their own page. */
export function TeacherCards({ teachers }: { teachers: readonly Teacher[] }) {
  return (
    <ul className={styles.grid}>
      {teachers.map((teacher) => (
        <li key={teacher.slug}>
          <Link href={`/teachers/${teacher.slug}` as Route} className={styles.card}>
            <TeacherAvatar name={teacher.name} />
            <div>
              <p className={styles.name}>{teacher.name}</p>
              <p className={styles.headline}>{teacher.headline}</p>
              <p className={styles.teaches}>{listOf(teacher.instruments.map(({ name }) => name))}</p>
              {!teacher.isAccepting && <p className={styles.full}>Fully booked at present</p>}
            </div>
          </Link>
        </li>
      ))}
    </ul>
  );
}
