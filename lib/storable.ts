/** Text that PostgreSQL can store: any but NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what PostgreSQL cannot store.
export const storable = /^[^\u0000]*$/;
