/** Magento's `searchCriteria`, in both spellings: filters in a group are OR, groups are AND. */

export type Row = Record<string, unknown>;

interface Filter {
  field?: string;
  value?: string;
  condition?: string;
}

export function searchIn(query: URLSearchParams, rows: readonly Row[]): object {
  const groups = new Map<string, Map<string, Filter>>();
  let pageSize = Number.POSITIVE_INFINITY;
  let page = 1;
  let sort: { field: string; descending: boolean } | undefined;
  for (const [key, value] of query) {
    const [, group, filter, part] =
      /^searchCriteria\[(?:filter_groups|filterGroups)\]\[(\d+)\]\[filters\]\[(\d+)\]\[(\w+)\]$/.exec(key) ?? [];
    if (group !== undefined && filter !== undefined) {
      const filters = groups.get(group) ?? new Map<string, Filter>();
      const entry = filters.get(filter) ?? {};
      if (part === "field") entry.field = value;
      if (part === "value") entry.value = value;
      if (part === "condition_type" || part === "conditionType") entry.condition = value;
      groups.set(group, filters.set(filter, entry));
    }
    if (/\[(pageSize|page_size)\]$/.test(key)) pageSize = Number(value);
    if (/\[(currentPage|current_page)\]$/.test(key)) page = Number(value);
    if (/\[(sortOrders|sort_orders)\]\[0\]\[field\]$/.test(key)) sort = { field: value, descending: false };
    if (/\[direction\]$/.test(key) && sort !== undefined) sort.descending = value.toUpperCase() === "DESC";
  }
  const found = rows.filter((row) =>
    [...groups.values()].every((filters) => [...filters.values()].some((filter) => holds(row, filter))),
  );
  if (sort !== undefined) {
    const { field, descending } = sort;
    found.sort(
      (one, other) => String(one[field] ?? "").localeCompare(String(other[field] ?? "")) * (descending ? -1 : 1),
    );
  }
  // A page beyond the last repeats the last.
  const last = Math.max(1, Math.ceil(found.length / pageSize));
  const from = pageSize === Number.POSITIVE_INFINITY ? 0 : (Math.min(page, last) - 1) * pageSize;
  return {
    items: found.slice(from, from + pageSize),
    search_criteria: { page_size: pageSize, current_page: page },
    total_count: found.length,
  };
}

function holds(row: Row, { field = "", value = "", condition = "eq" }: Filter): boolean {
  const actual = row[field] === undefined || row[field] === null ? undefined : String(row[field]);
  switch (condition) {
    case "like": {
      const pattern = value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", ".*");
      return actual !== undefined && new RegExp(`^${pattern}$`, "i").test(actual);
    }
    case "in":
      return actual !== undefined && value.split(",").includes(actual);
    case "neq":
      return actual !== value;
    case "gteq":
      return actual !== undefined && actual >= value;
    default:
      return actual !== undefined && actual.toLowerCase() === value.toLowerCase();
  }
}
