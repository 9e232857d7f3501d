//! The sheet as a page. Everything is escaped; the page loads nothing and runs nothing.

use core::fmt::{self, Write as _};

use credit_domain::Words;

use super::super::board_sheet::Escaped;
use super::{Check, Fact, GradeBox, Row, Section, Sheet, Table};

const STYLE: &str = include_str!("style.css");

/// The whole page.
///
/// # Errors
/// When writing to a text fails.
pub(in super::super) fn render(sheet: &Sheet) -> Result<String, fmt::Error> {
    let mut page = String::with_capacity(64 * 1_024);
    write!(
        page,
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body>",
        Escaped(&sheet.title)
    )?;
    head(&mut page, sheet)?;
    sheet.sections.iter().try_for_each(|one| section(&mut page, one))?;
    write!(page, "<footer><p>{}</p></footer></body></html>", Both(&sheet.foot))?;
    Ok(page)
}

/// Chinese, and behind it the English, where there is any.
struct Both<'a>(&'a Words);

impl fmt::Display for Both<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Words { zh, en } = self.0;
        write!(f, "{}", Escaped(zh))?;
        match en.is_empty() {
            true => Ok(()),
            false => write!(f, " <span class=\"en\" lang=\"en\">{}</span>", Escaped(en)),
        }
    }
}

fn head(page: &mut String, sheet: &Sheet) -> fmt::Result {
    write!(
        page,
        "<header><div><p class=\"issuer\">{}</p><h1>{}</h1><p class=\"name\">{}</p>",
        Both(&sheet.issuer),
        Both(&sheet.heading),
        Escaped(&sheet.name)
    )?;
    facts(page, &sheet.lines)?;
    page.write_str("</div>")?;
    if let Some(one) = &sheet.check {
        check(page, one)?;
    }
    page.write_str("</header>")?;
    if let Some(mark) = &sheet.mark {
        write!(
            page,
            "<div class=\"water\" aria-hidden=\"true\">{} {}</div><div class=\"mark\" role=\"note\"><b>{} {}</b><p>{}</p>\
             </div>",
            Escaped(&mark.word.zh),
            Escaped(&mark.word.en),
            Escaped(&mark.word.zh),
            Escaped(&mark.word.en),
            Both(&mark.says)
        )?;
    }
    page.write_str("<ul class=\"grades\">")?;
    for GradeBox { name, grade, says, main } in &sheet.grades {
        let class = if *main { " class=\"main\"" } else { "" };
        write!(page, "<li{class}>{}<b>{}</b>{}</li>", Both(name), Escaped(grade), Both(says))?;
    }
    write!(page, "</ul><p class=\"decides\">{}</p>", Both(&sheet.decides))?;
    sheet.notices.iter().try_for_each(|one| write!(page, "<p class=\"notice\">{}</p>", Both(one)))
}

fn facts(page: &mut String, facts: &[Fact]) -> fmt::Result {
    page.write_str("<dl class=\"facts\">")?;
    for Fact { name, value } in facts {
        write!(page, "<div><dt>{}</dt><dd>{}</dd></div>", Both(name), Escaped(value))?;
    }
    page.write_str("</dl>")
}

fn section(page: &mut String, Section { title, says, table: found, items }: &Section) -> fmt::Result {
    write!(page, "<section><h2>{}</h2>", Both(title))?;
    says.iter().try_for_each(|one| write!(page, "<p>{}</p>", Both(one)))?;
    if let Some(found) = found {
        table(page, found)?;
    }
    if !items.is_empty() {
        page.write_str("<ul class=\"items\">")?;
        items.iter().try_for_each(|one| write!(page, "<li>{}</li>", Both(one)))?;
        page.write_str("</ul>")?;
    }
    page.write_str("</section>")
}

fn table(page: &mut String, Table { columns, rows }: &Table) -> fmt::Result {
    let whole: u32 = columns.iter().map(|column| u32::from(column.parts)).sum();
    page.write_str("<table><colgroup>")?;
    for column in columns {
        let percent = (u32::from(column.parts) * 100).checked_div(whole).unwrap_or_default();
        write!(page, "<col style=\"width:{percent}%\">")?;
    }
    page.write_str("</colgroup><thead><tr>")?;
    for column in columns {
        write!(page, "<th scope=\"col\"{}>{}</th>", aligned(column.numbers), Both(&column.name))?;
    }
    page.write_str("</tr></thead><tbody>")?;
    for Row { cells, strong } in rows {
        page.write_str(if *strong { "<tr class=\"strong\">" } else { "<tr>" })?;
        for (column, cell) in columns.iter().zip(cells) {
            let class = if cell.zh.is_empty() { " class=\"none\"" } else { aligned(column.numbers) };
            write!(
                page,
                "<td{class} data-name=\"{}\"><span>{}</span></td>",
                Escaped(&column.name.zh),
                Both(cell)
            )?;
        }
        page.write_str("</tr>")?;
    }
    page.write_str("</tbody></table>")
}

const fn aligned(numbers: bool) -> &'static str {
    if numbers { " class=\"n\"" } else { "" }
}

fn check(page: &mut String, Check { code, address, says }: &Check) -> fmt::Result {
    let picture = code.split_once("?>").map_or(code.as_str(), |(_, picture)| picture);
    write!(page, "<a class=\"check\" href=\"{}\">{picture}<span>{}</span></a>", Escaped(address), Both(says))
}
