#include "store/schema.h"

/* What two votes of one signer about one chain may never be (2.3), asked once more by the database itself. Votes whose
 * core is not known yet (all zero) count for every core. */
#define SAME_RECORD                                                                                                    \
    "v.signer = NEW.signer AND v.chain = NEW.chain AND (v.core = NEW.core OR v.core = zeroblob(32)"                    \
    " OR NEW.core = zeroblob(32))"

const char *const mo_store_migrations[MO_STORE_VERSION] = {
    "CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE vote ("
    "  signer BLOB NOT NULL, chain BLOB NOT NULL, target_height INTEGER NOT NULL, source_height INTEGER NOT NULL,"
    "  transition BLOB NOT NULL, source BLOB NOT NULL, target BLOB NOT NULL, struct_hash BLOB NOT NULL,"
    "  digest BLOB NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (signer, chain, target_height)) WITHOUT ROWID;"
    "CREATE INDEX vote_by_source ON vote (signer, chain, source);"
    "CREATE INDEX vote_by_source_height ON vote (signer, chain, source_height);"
    "CREATE TABLE flight ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, chain_id INTEGER NOT NULL, sender BLOB NOT NULL, label TEXT NOT NULL,"
    "  ended INTEGER NOT NULL, target BLOB NOT NULL, value BLOB NOT NULL, data BLOB NOT NULL,"
    "  gas_limit INTEGER NOT NULL, nonce INTEGER);"
    "CREATE UNIQUE INDEX flight_label ON flight (chain_id, sender, label) WHERE ended = 0;"
    "CREATE UNIQUE INDEX flight_nonce ON flight (chain_id, sender, nonce) WHERE ended = 0;"
    "CREATE INDEX flight_past ON flight (chain_id, sender, nonce);"
    "CREATE TABLE attempt ("
    "  flight INTEGER NOT NULL REFERENCES flight (id) ON DELETE CASCADE, turn INTEGER NOT NULL, hash BLOB NOT NULL,"
    "  fee INTEGER NOT NULL, tip INTEGER NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (flight, turn)) WITHOUT ROWID;",

    /* The guard's record by core (5.7), watermarks, and its rules as triggers. */
    "CREATE TABLE core ("
    "  id BLOB PRIMARY KEY, chain_id INTEGER NOT NULL, genesis BLOB NOT NULL, address BLOB NOT NULL,"
    "  setup BLOB NOT NULL) WITHOUT ROWID;"
    "ALTER TABLE vote RENAME TO vote_1;"
    "CREATE TABLE vote ("
    "  signer BLOB NOT NULL, core BLOB NOT NULL, chain BLOB NOT NULL, target_height INTEGER NOT NULL,"
    "  source_height INTEGER NOT NULL, transition BLOB NOT NULL, source BLOB NOT NULL, target BLOB NOT NULL,"
    "  struct_hash BLOB NOT NULL, digest BLOB NOT NULL, signature BLOB NOT NULL,"
    "  PRIMARY KEY (signer, core, chain, target_height)) WITHOUT ROWID;"
    "INSERT INTO vote SELECT signer, zeroblob(32), chain, target_height, source_height, transition, source, target,"
    "  struct_hash, digest, signature FROM vote_1;"
    "DROP TABLE vote_1;"
    "CREATE INDEX vote_by_source ON vote (signer, chain, source);"
    "CREATE INDEX vote_by_source_height ON vote (signer, chain, source_height);"
    "CREATE INDEX vote_by_target_height ON vote (signer, chain, target_height);"
    "CREATE TABLE watermark ("
    "  signer BLOB NOT NULL, core BLOB NOT NULL, chain BLOB NOT NULL, source_height INTEGER NOT NULL,"
    "  target_height INTEGER NOT NULL, PRIMARY KEY (signer, core, chain)) WITHOUT ROWID;"
    "CREATE TRIGGER vote_target BEFORE INSERT ON vote WHEN EXISTS (SELECT 1 FROM vote AS v WHERE " SAME_RECORD
    "  AND v.target_height = NEW.target_height)"
    " BEGIN SELECT raise(ABORT, 'two votes for one target height (2.3 (1))'); END;"
    "CREATE TRIGGER vote_surround BEFORE INSERT ON vote WHEN EXISTS (SELECT 1 FROM vote AS v WHERE " SAME_RECORD
    "  AND (v.source_height < NEW.source_height AND NEW.target_height < v.target_height"
    "    OR NEW.source_height < v.source_height AND v.target_height < NEW.target_height))"
    " BEGIN SELECT raise(ABORT, 'one vote surrounds another (2.3 (2))'); END;"
    "CREATE TRIGGER vote_transition BEFORE INSERT ON vote WHEN EXISTS (SELECT 1 FROM vote AS v WHERE " SAME_RECORD
    "  AND v.source = NEW.source AND v.transition <> NEW.transition)"
    " BEGIN SELECT raise(ABORT, 'two transitions for one source (2.3 (3))'); END;"
    "CREATE TRIGGER vote_kept BEFORE DELETE ON vote"
    " BEGIN SELECT raise(ABORT, 'a recorded vote is never forgotten'); END;"
    "CREATE TRIGGER vote_fixed BEFORE UPDATE ON vote WHEN OLD.core <> zeroblob(32)"
    " BEGIN SELECT raise(ABORT, 'a recorded vote never changes'); END;"
    "CREATE TRIGGER watermark_kept BEFORE DELETE ON watermark"
    " BEGIN SELECT raise(ABORT, 'a watermark is never forgotten'); END;"
    "CREATE TRIGGER watermark_rises BEFORE UPDATE ON watermark"
    " WHEN NEW.source_height < OLD.source_height OR NEW.target_height < OLD.target_height"
    " BEGIN SELECT raise(ABORT, 'a watermark only rises'); END;",

    /* When a transaction was asked for; proofs taken while the node had their state (chain access). */
    "ALTER TABLE flight ADD COLUMN since INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE proof ("
    "  chain_id INTEGER NOT NULL, number INTEGER NOT NULL, address BLOB NOT NULL, slots BLOB NOT NULL,"
    "  answer TEXT NOT NULL, PRIMARY KEY (chain_id, number, address, slots)) WITHOUT ROWID;",

    /* A role's state at two blocks, so that a start need not replay the chains. */
    "CREATE TABLE snapshot ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, maker BLOB NOT NULL, content BLOB NOT NULL, size INTEGER NOT NULL,"
    "  places BLOB NOT NULL);"
    "CREATE TABLE snapshot_part ("
    "  snapshot INTEGER NOT NULL REFERENCES snapshot (id) ON DELETE CASCADE, at INTEGER NOT NULL, bytes BLOB NOT NULL);"
    "CREATE UNIQUE INDEX snapshot_part_at ON snapshot_part (snapshot, at);",

    /* Votes that a watcher has seen (store/seen.h). */
    "CREATE TABLE seen ("
    "  core BLOB NOT NULL, signer BLOB NOT NULL, chain BLOB NOT NULL, target_height BLOB NOT NULL,"
    "  source_height BLOB NOT NULL, transition BLOB NOT NULL, source BLOB NOT NULL, target BLOB NOT NULL,"
    "  struct_hash BLOB NOT NULL, signature BLOB NOT NULL,"
    "  PRIMARY KEY (core, signer, chain, target_height, struct_hash)) WITHOUT ROWID;"
    "CREATE INDEX seen_by_source ON seen (core, signer, chain, source);",
};
