// Reads one side with pg-delta, as its own commands do.
import { extract } from "@supabase/pg-delta/extract";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.argv[2], max: 5 });
const { factBase } = await extract(pool);
console.log(factBase.facts().length);
await pool.end();
