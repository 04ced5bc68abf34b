/** What a page gets that reads its query. */
export type SearchProps = { searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> };
