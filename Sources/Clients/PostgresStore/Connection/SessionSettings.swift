/// What every session of ours is set to when it begins, whatever the server's defaults are.
enum SessionSettings {
    /// The role that may read and write rows but owns nothing, so that row-level security binds it.
    static let applicationRole = "mizzen_application"

    static func text(for purpose: Connection.Purpose) -> String {
        var text = """
            SET client_min_messages = warning;
            SET client_encoding = 'UTF8';
            SET default_transaction_isolation = 'read committed';
            SET jit = off;
            SET mizzen.tenant = '';
            SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
            """
        switch purpose {
        case .maintenance:
            text += "SET statement_timeout = 0; SET lock_timeout = '60s';"
        case .writing:
            // A step finds its rows by key; the plan must not depend on how small a table was when it was made, so it is made once.
            text += timeouts + role + "SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan;"
        case .reading:
            text += timeouts + role
        }
        return text
    }

    private static let timeouts = "SET statement_timeout = '5s'; SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '5s';"
    private static let role = """
        SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = '\(applicationRole)' AND pg_has_role(rolname, 'MEMBER')
          AND to_regclass('case_state') IS NOT NULL AND has_table_privilege(rolname, to_regclass('case_state'), 'UPDATE');
        """
}
