// Plans from one side to the other with pg-delta; tells how long that took after both were read, as JSON.
import { extract } from "@supabase/pg-delta/extract";
import { plan } from "@supabase/pg-delta/plan";
import pg from "pg";

const sides = [];
for (const url of process.argv.slice(2)) {
  const pool = new pg.Pool({ connectionString: url, max: 5 });
  sides.push((await extract(pool)).factBase);
  await pool.end();
}
const began = performance.now();
const cpu = process.cpuUsage();
const made = plan(...sides);
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6, steps: made.actions.length }));
