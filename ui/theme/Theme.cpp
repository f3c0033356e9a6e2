#include "ui/theme/Theme.h"

#include <QFontInfo>
#include <QHash>

#include <array>

namespace keydesk::theme {

using namespace Qt::StringLiterals;

namespace {

/// Everything that is drawn, once for each theme. UI.md names most values; the fills are those of the
/// mock-ups.
struct Tokens
{
    QRgb window, pane, field, button, hairline, text, secondText, disabledText, accent, onAccent;
    QRgb success, successFill, caution, cautionFill, danger, dangerFill, neutralFill, badgeFill;
    QRgb selection, textSelection, hover, toolTip;
};

constexpr Tokens light = {.window = 0xffffffff,
                          .pane = 0xfff6f7f9,
                          .field = 0xffffffff,
                          .button = 0xffffffff,
                          .hairline = 0xffe3e6ea,
                          .text = 0xff1f2328,
                          .secondText = 0xff5b636d,
                          .disabledText = 0xff9aa1ab,
                          .accent = 0xff2563eb,
                          .onAccent = 0xffffffff,
                          .success = 0xff1a7f37,
                          .successFill = 0xffe8f5ec,
                          .caution = 0xff8a5a00,
                          .cautionFill = 0xfffff4db,
                          .danger = 0xffc62828,
                          .dangerFill = 0xfffdecec,
                          .neutralFill = 0xfff1f3f6,
                          .badgeFill = 0xffebf2fe,
                          .selection = 0xffe8effd,
                          .textSelection = 0xffc7dafc,
                          .hover = 0xffeef0f3,
                          .toolTip = 0xffffffff};

constexpr Tokens dark = {.window = 0xff1e2024,
                         .pane = 0xff26292e,
                         .field = 0xff191b1e,
                         .button = 0xff1e2024,
                         .hairline = 0xff363a41,
                         .text = 0xffe7e9ec,
                         .secondText = 0xffa3abb6,
                         .disabledText = 0xff6b727c,
                         .accent = 0xff6ea3ff,
                         .onAccent = 0xff0d1626,
                         .success = 0xff5cc17c,
                         .successFill = 0xff203227,
                         .caution = 0xffe3b341,
                         .cautionFill = 0xff3a3119,
                         .danger = 0xffff7b72,
                         .dangerFill = 0xff3d2423,
                         .neutralFill = 0xff2f333a,
                         .badgeFill = 0xff2c3a55,
                         .selection = 0xff2c3a55,
                         .textSelection = 0xff34538a,
                         .hover = 0xff2e3238,
                         .toolTip = 0xff2f333a};

/// A palette is ours when these two colours, which no widget has a reason to change for itself, are ours.
const Tokens *tokensOf(const QPalette &palette)
{
    const QRgb pane = palette.color(QPalette::Active, QPalette::AlternateBase).rgb();
    const QRgb hairline = palette.color(QPalette::Active, QPalette::Mid).rgb();
    for (const Tokens *tokens : {&light, &dark}) {
        if (pane == tokens->pane && hairline == tokens->hairline)
            return tokens;
    }
    return nullptr;
}

QColor ours(const Tokens &tokens, Role role)
{
    switch (role) {
    case Role::Window:
        return tokens.window;
    case Role::Pane:
        return tokens.pane;
    case Role::Hairline:
        return tokens.hairline;
    case Role::Text:
        return tokens.text;
    case Role::SecondText:
        return tokens.secondText;
    case Role::Accent:
    case Role::JsonName:
        return tokens.accent;
    case Role::OnAccent:
        return tokens.onAccent;
    case Role::Success:
    case Role::JsonString:
        return tokens.success;
    case Role::SuccessFill:
        return tokens.successFill;
    case Role::Caution:
    case Role::JsonNumber:
        return tokens.caution;
    case Role::CautionFill:
        return tokens.cautionFill;
    case Role::Danger:
        return tokens.danger;
    case Role::DangerFill:
        return tokens.dangerFill;
    case Role::NeutralFill:
        return tokens.neutralFill;
    case Role::BadgeFill:
        return tokens.badgeFill;
    case Role::Selection:
        return tokens.selection;
    case Role::Hover:
        return tokens.hover;
    }
    return tokens.text;
}

/// With a palette of the system's own (high contrast) only its own colours are used: no tints, no meaning in
/// colour.
QColor theirs(const QPalette &palette, Role role)
{
    switch (role) {
    case Role::Window:
    case Role::Pane:
    case Role::SuccessFill:
    case Role::CautionFill:
    case Role::DangerFill:
    case Role::NeutralFill:
    case Role::BadgeFill:
    case Role::Hover:
        return palette.color(QPalette::Active, QPalette::Window);
    case Role::Accent:
    case Role::Selection:
        return palette.color(QPalette::Active, QPalette::Highlight);
    case Role::OnAccent:
        return palette.color(QPalette::Active, QPalette::HighlightedText);
    default:
        return palette.color(QPalette::Active, QPalette::WindowText);
    }
}

struct NamedColour
{
    QLatin1StringView name;
    QRgb light, dark;
};

constexpr std::array environmentPalette = {
    NamedColour{"red"_L1, 0xffc62828, 0xffe5484d},    NamedColour{"orange"_L1, 0xffc2570c, 0xffec7a2c},
    NamedColour{"amber"_L1, 0xff8a5a00, 0xffd29a1f},  NamedColour{"green"_L1, 0xff1a7f37, 0xff3fa85c},
    NamedColour{"teal"_L1, 0xff0e7490, 0xff2aa3c0},   NamedColour{"blue"_L1, 0xff2563eb, 0xff4f8bff},
    NamedColour{"violet"_L1, 0xff7c3aed, 0xffa06bff}, NamedColour{"grey"_L1, 0xff5b636d, 0xff8b939e},
};

int pixels(const QFont &font)
{
    return font.pixelSize() > 0 ? font.pixelSize() : QFontInfo(font).pixelSize();
}

QFont scaled(const QFont &base, int of13)
{
    QFont font = base;
    font.setPixelSize(qMax(1, qRound(pixels(base) * of13 / 13.0)));
    return font;
}

} // namespace

QColor colour(const QPalette &palette, Role role)
{
    const Tokens *tokens = tokensOf(palette);
    return tokens ? ours(*tokens, role) : theirs(palette, role);
}

QColor environmentColour(const QPalette &palette, const QString &name)
{
    const bool isDarkPalette = isDark(palette);
    for (const NamedColour &entry : environmentPalette) {
        if (name == entry.name)
            return isDarkPalette ? entry.dark : entry.light;
    }
    return isDarkPalette ? environmentPalette.back().dark : environmentPalette.back().light;
}

QColor methodColour(const QPalette &palette, const QString &method)
{
    if (method == "GET"_L1)
        return colour(palette, Role::Success);
    if (method == "POST"_L1 || method == "PUT"_L1 || method == "PATCH"_L1)
        return colour(palette, Role::Caution);
    return colour(palette, method == "DELETE"_L1 ? Role::Danger : Role::SecondText);
}

Role statusRole(int status)
{
    if (status >= 200 && status < 300)
        return Role::Success;
    if (status >= 300 && status < 400)
        return Role::Accent;
    return status >= 100 && status < 200 ? Role::SecondText : Role::Danger;
}

Role statusFillRole(int status)
{
    switch (statusRole(status)) {
    case Role::Success:
        return Role::SuccessFill;
    case Role::Accent:
        return Role::BadgeFill;
    case Role::SecondText:
        return Role::NeutralFill;
    default:
        return Role::DangerFill;
    }
}

QPalette palette(bool isDarkPalette)
{
    const Tokens &tokens = isDarkPalette ? dark : light;
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, QRgb enabled) { palette.setColor(role, enabled); };
    set(QPalette::Window, tokens.window);
    set(QPalette::WindowText, tokens.text);
    set(QPalette::Base, tokens.field);
    set(QPalette::AlternateBase, tokens.pane);
    set(QPalette::Text, tokens.text);
    set(QPalette::Button, tokens.button);
    set(QPalette::ButtonText, tokens.text);
    set(QPalette::BrightText, tokens.danger);
    set(QPalette::Light, tokens.window);
    set(QPalette::Midlight, tokens.pane);
    set(QPalette::Mid, tokens.hairline);
    set(QPalette::Dark, tokens.hairline);
    set(QPalette::Shadow, tokens.hairline);
    set(QPalette::Highlight, tokens.textSelection);
    set(QPalette::HighlightedText, tokens.text);
    set(QPalette::Link, tokens.accent);
    set(QPalette::LinkVisited, tokens.accent);
    set(QPalette::ToolTipBase, tokens.toolTip);
    set(QPalette::ToolTipText, tokens.text);
    set(QPalette::PlaceholderText, tokens.secondText);
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText,
          QPalette::PlaceholderText, QPalette::Link})
        palette.setColor(QPalette::Disabled, role, tokens.disabledText);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, tokens.hairline);
    return palette;
}

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Active, QPalette::Window).lightness() <
           palette.color(QPalette::Active, QPalette::WindowText).lightness();
}

QFont secondFont(const QFont &base)
{
    return scaled(base, 12);
}

QFont titleFont(const QFont &base)
{
    QFont font = scaled(base, 15);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont groupFont(const QFont &base)
{
    QFont font = base;
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont fixedFont(const QFont &base)
{
    QFont font = base;
    // The last name is what fontconfig, Windows and macOS resolve to their own fixed-pitch font.
    font.setFamilies(
        {u"JetBrains Mono"_s, u"Cascadia Mono"_s, u"Menlo"_s, u"DejaVu Sans Mono"_s, u"monospace"_s});
    font.setStyleHint(QFont::Monospace);
    font.setFixedPitch(true);
    // What is sent and received is shown sign by sign: no ligatures (≠ for !=), which also take far longer to
    // lay out. Scripts that need shaping are shaped all the same.
    font.setStyleStrategy(QFont::StyleStrategy(font.styleStrategy() | QFont::PreferNoShaping));
    return font;
}

} // namespace keydesk::theme
