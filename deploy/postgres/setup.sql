-- Roles and schemas of the four services in one database: `psql -d platform -f setup.sql`, as its owner.
-- It may be run again. Passwords are set apart (`\password intake`), or clients come with certificates.
--
-- Each service has two roles. <service>_owner owns the schema and runs `--migrate`; <service> is what instances
-- run as: it reads and writes rows, and can neither create, alter nor drop a table. Neither sees another service.

REVOKE ALL ON SCHEMA public FROM PUBLIC;

DO $$
DECLARE
    service text;
    owner text;
    role text;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    FOREACH service IN ARRAY ARRAY['intake', 'dispatch', 'feedback', 'credit'] LOOP
        owner := service || '_owner';
        FOREACH role IN ARRAY ARRAY[owner, service] LOOP
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
                EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', role);
            END IF;
            EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
            -- Every name without a schema means the service's own.
            EXECUTE format('ALTER ROLE %I SET search_path = %I', role, service);
            -- A statement or a lock that hangs must not hold others for ever; migrations may take longer.
            EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', role, '60s');
        END LOOP;
        EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', service, '30s');
        EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', service, '5s');
        EXECUTE format('ALTER ROLE %I CONNECTION LIMIT 80', service);

        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, owner);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', service, service);
        EXECUTE format(
            'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I',
            owner, service, service);
        EXECUTE format(
            'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I',
            owner, service, service);
    END LOOP;
END
$$;
