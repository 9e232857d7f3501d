//! Connections that read, to every database.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, QueryResult, Statement,
};

use crate::processes::SERVICES;

/// The databases of the four services.
pub(crate) struct Stores(BTreeMap<&'static str, DatabaseConnection>);

impl Stores {
    pub(crate) async fn open(urls: &BTreeMap<&'static str, String>) -> Self {
        let mut open = BTreeMap::new();
        for (&service, url) in urls {
            // Read only, where the address can say so.
            let url = url.replace("mode=rwc", "mode=ro");
            let mut options = ConnectOptions::new(url);
            options.max_connections(1).sqlx_logging(false);
            open.insert(service, Database::connect(options).await.unwrap());
        }
        Self(open)
    }

    pub(crate) async fn close(self) {
        for connection in self.0.into_values() {
            connection.close().await.unwrap();
        }
    }

    /// The rows of a query, each read by `read`.
    pub(crate) async fn rows<T>(&self, service: &str, sql: &str, read: impl Fn(&QueryResult) -> T) -> Vec<T> {
        let connection = &self.0[service];
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(statement).await;
        rows.unwrap_or_else(|error| panic!("{service}: {sql}: {error}")).iter().map(read).collect()
    }

    /// The only number that a query gives.
    pub(crate) async fn number(&self, service: &str, sql: &str) -> i64 {
        self.rows(service, sql, |row| row.try_get_by_index::<i64>(0).unwrap()).await[0]
    }

    /// The same rows of every service.
    pub(crate) async fn all_rows<T>(&self, sql: &str, read: impl Fn(&QueryResult) -> T) -> Vec<T> {
        let mut rows = Vec::new();
        for service in SERVICES {
            rows.extend(self.rows(service, sql, &read).await);
        }
        rows
    }

    /// Every row of every table of a service as text, table by table.
    pub(crate) async fn texts(&self, service: &str) -> Vec<(String, String)> {
        let postgres = self.0[service].get_database_backend() == DbBackend::Postgres;
        let tables = if postgres {
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()"
        } else {
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        };
        let mut texts = Vec::new();
        for table in self.rows(service, tables, |row| column::<String>(row, "name")).await {
            let rows = if postgres {
                self.rows(service, &format!("SELECT t::text AS text FROM {table} t"), |row| {
                    column(row, "text")
                })
                .await
            } else {
                self.sqlite_texts(service, &table).await
            };
            texts.extend(rows.into_iter().map(|text| (table.clone(), text)));
        }
        texts
    }

    async fn sqlite_texts(&self, service: &str, table: &str) -> Vec<String> {
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns = self.rows(service, &columns, |row| column::<String>(row, "name")).await;
        let joined: Vec<String> =
            columns.iter().map(|name| format!("coalesce(CAST(\"{name}\" AS TEXT), '')")).collect();
        // As bytes, since the ids among them are no text.
        let sql = format!("SELECT CAST({} AS BLOB) AS text FROM {table}", joined.join(" || '|' || "));
        let text = |row: &QueryResult| String::from_utf8_lossy(&column::<Vec<u8>>(row, "text")).into_owned();
        self.rows(service, &sql, text).await
    }
}

/// A column of a row.
pub(crate) fn column<T: sea_orm::TryGetable>(row: &QueryResult, name: &str) -> T {
    row.try_get("", name).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}
