//! Posted prices: changing them, their history, and the board.

mod beside;
mod change_prices;
mod price_board;

pub use beside::Beside;
pub use change_prices::{ChangePrices, prices, prices_history_after};
pub use price_board::{BoardCategory, BoardItem, PriceBoard, SuspendedCategory, price_board};
