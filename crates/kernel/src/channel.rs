use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// One line and five digital ends (一线五端): the ways by which a request reaches the platform.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The phone line 81890 (热线), by far the largest.
    Hotline,
    /// The 81890 app (生活通).
    App,
    /// The WeChat mini program (微信小程序).
    Wechat,
    /// The Alipay mini program (支付宝小程序).
    Alipay,
    /// The Baidu smart program (百度小程序).
    Baidu,
    /// The Zheliban page (浙里办).
    Zheliban,
}

impl Channel {
    /// All six.
    pub const ALL: [Self; 6] =
        [Self::Hotline, Self::App, Self::Wechat, Self::Alipay, Self::Baidu, Self::Zheliban];

    /// The one form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hotline => "hotline",
            Self::App => "app",
            Self::Wechat => "wechat",
            Self::Alipay => "alipay",
            Self::Baidu => "baidu",
            Self::Zheliban => "zheliban",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a channel: expected one of hotline, app, wechat, alipay, baidu, zheliban")]
pub struct ChannelError;

impl FromStr for Channel {
    type Err = ChannelError;

    fn from_str(text: &str) -> Result<Self, ChannelError> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text).ok_or(ChannelError)
    }
}
