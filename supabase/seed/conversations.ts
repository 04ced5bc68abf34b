import type { Sql } from "./rows";
import { setClock } from "./seed-clock";

type Line = readonly [by: "parent" | "teacher" | "office", daysAgo: number, text: string];

const CONVERSATIONS: readonly {
  readonly subject: string;
  readonly teacher: string | null;
  readonly lines: readonly Line[];
}[] = [
  {
    subject: "Which edition of the sonatina?",
    teacher: "elena.marquez@cedarheights.example",
    lines: [
      ["parent", 9, "Lina would like to begin with the sonatina at home. Which edition should we buy?"],
      [
        "teacher",
        8,
        "The blue one with the fingerings in small print. I bring mine on Monday, so there is no hurry.",
      ],
      ["parent", 8, "Thank you, that helps."],
    ],
  },
  {
    subject: "Away in the second week of December",
    teacher: null,
    lines: [
      ["parent", 4, "We are away from the 7th to the 9th. Do we lose the lessons?"],
      [
        "office",
        3,
        "Cancel them in the portal before the day and each gives you a make-up credit for 60 days.",
      ],
    ],
  },
];

/** What the sample parent has written with her child's teacher and with the office. */
export async function loadConversations(sql: Sql, now: Date): Promise<void> {
  const [family] = await sql<{ id: string }[]>`
    select g.family_id as id from public.guardians g where g.email = 'nadia.rahman@families.example'`;
  if (!family) return;
  const authors = {
    parent: "nadia.rahman@families.example",
    teacher: "elena.marquez@cedarheights.example",
    office: "ruth.calloway@cedarheights.example",
  };
  for (const { subject, teacher, lines } of CONVERSATIONS) {
    const at = (daysAgo: number): Date => new Date(now.getTime() - daysAgo * 86_400_000);
    await sql`
      insert into public.message_threads (id, family_id, teacher_id, subject, created_at)
      select md5(${subject})::uuid, ${family.id}, (select m.teacher_id from public.teacher_employment m where m.email = ${teacher}),
             ${subject}, ${at(lines[0]?.[1] ?? 0)}`;
    for (const [by, daysAgo, text] of lines) {
      await setClock(sql, at(daysAgo));
      await sql`
        insert into public.messages (id, thread_id, family_id, author_id, body)
        select md5(${subject + text})::uuid, md5(${subject})::uuid, ${family.id},
               (select p.id from public.profiles p where p.email = ${authors[by]}), ${text}`;
    }
  }
  await setClock(sql, now);
  await sql`
    insert into public.notification_choices (profile_id, kind, channel)
    select p.id, 'news', 'none' from public.profiles p where p.email = ${authors.parent}`;
}
