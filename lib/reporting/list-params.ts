/** What Next gives a page as `searchParams`, or a route as its query. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Which words a list understands in its address. */
export type ListShape<Sort extends string, Filter extends string> = {
  /** Columns it can be sorted by. */
  readonly sorts: readonly Sort[];
  /** How it is sorted when the address says nothing; `-` in front: largest or newest first. */
  readonly defaultSort: Sort | `-${Sort}`;
  /** Each filter with the values it takes, or with the test a free value must pass. */
  readonly filters: Readonly<Record<Filter, readonly string[] | RegExp>>;
};

/** A list as its address asks for it. Unknown words count as not said; nobody gets an error for an old bookmark. */
export type ListParams<Sort extends string = string, Filter extends string = string> = {
  /** What is searched for; "" is everything. */
  readonly search: string;
  readonly sort: Sort;
  readonly descending: boolean;
  /** "" where a filter is not set. */
  readonly filters: Readonly<Record<Filter, string>>;
  /** From 1. */
  readonly page: number;
};

export const PAGE_SIZE = 25;
const LAST_PAGE = 10_000;

/** One value of a query; the first where a word stands twice. */
export function queryValue(query: Query, name: string): string {
  const value = query[name];
  return (typeof value === "string" ? value : (value?.[0] ?? "")).trim();
}

function splitSort<Sort extends string>(
  value: string,
  sorts: readonly Sort[],
): { sort: Sort; descending: boolean } | null {
  const descending = value.startsWith("-");
  const sort = sorts.find((known) => known === (descending ? value.slice(1) : value));
  return sort ? { sort, descending } : null;
}

/** Reads `?q=…&sort=-submitted&page=2` and the list's own filters. */
export function readListParams<Sort extends string, Filter extends string>(
  query: Query,
  shape: ListShape<Sort, Filter>,
): ListParams<Sort, Filter> {
  const order =
    splitSort(queryValue(query, "sort"), shape.sorts) ?? splitSort(shape.defaultSort, shape.sorts);
  if (!order) throw new RangeError(`"${shape.defaultSort}" is not one of the sorts`);
  const page = Number(queryValue(query, "page"));
  const filters = Object.fromEntries(
    (Object.entries(shape.filters) as [Filter, readonly string[] | RegExp][]).map(([name, allowed]) => {
      const value = queryValue(query, name);
      const fits = allowed instanceof RegExp ? allowed.test(value) : allowed.includes(value);
      return [name, fits ? value : ""];
    }),
  ) as Record<Filter, string>;
  return {
    // NUL is what PostgreSQL cannot hold in a text.
    search: queryValue(query, "q").replaceAll("\u0000", "").slice(0, 120),
    ...order,
    filters,
    page: Number.isInteger(page) && page >= 1 && page <= LAST_PAGE ? page : 1,
  };
}

/** The address of a list with some of its words changed; words at their default are left out. */
export function listHref<Sort extends string, Filter extends string>(
  path: string,
  params: ListParams<Sort, Filter>,
  shape: ListShape<Sort, Filter>,
  changes: Readonly<Record<string, string | number>> = {},
): string {
  const words: Record<string, string> = {
    q: params.search,
    ...params.filters,
    sort: `${params.descending ? "-" : ""}${params.sort}`,
    page: String(params.page),
  };
  for (const [name, value] of Object.entries(changes)) words[name] = String(value);
  if (words.sort === shape.defaultSort) words.sort = "";
  if (words.page === "1") words.page = "";
  const query = new URLSearchParams(Object.entries(words).filter(([, value]) => value !== "")).toString();
  return query ? `${path}?${query}` : path;
}

/** What a column's heading leads to: sorted by it, or, when it is already, the other way round. Back to page 1. */
export function sortHref<Sort extends string, Filter extends string>(
  path: string,
  params: ListParams<Sort, Filter>,
  shape: ListShape<Sort, Filter>,
  sort: Sort,
): string {
  const descending = params.sort === sort ? !params.descending : false;
  return listHref(path, params, shape, { sort: `${descending ? "-" : ""}${sort}`, page: 1 });
}

/** A page of rows with how many there are altogether. */
export type Page<Row> = { readonly rows: readonly Row[]; readonly total: number };

/** Escapes what ILIKE reads as a pattern and looks anywhere in the text. */
export function containsPattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
}
