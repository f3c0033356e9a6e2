#include "ui/console/EndpointBar.h"

#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QDesktopServices>
#include <QToolButton>
#include <QUrl>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype shownWarnings = 3;

}

EndpointBar::EndpointBar(QWidget *parent)
    : QWidget(parent)
    , m_noteRow(new QWidget)
    , m_note(new ElidedLabel)
    , m_link(new QToolButton)
    , m_warningRow(new QWidget)
    , m_warning(new RoleLabel(theme::Role::Caution, RoleLabel::Size::Second))
{
    m_note->setTextFormat(Qt::PlainText);
    m_link->setAutoRaise(true);
    m_link->setText(tr("Documentation"));
    m_link->setIcon(icon(u"external-link"_s, theme::Role::SecondText));
    m_link->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_link->setFont(theme::secondFont(m_link->font()));
    m_link->setAccessibleName(tr("Documentation of this call"));
    connect(m_link, &QToolButton::clicked, this, [this] { QDesktopServices::openUrl(QUrl(m_source)); });

    auto *noteRow = new QHBoxLayout(m_noteRow);
    noteRow->setContentsMargins(0, 0, 0, 0);
    noteRow->setSpacing(theme::gap);
    noteRow->addWidget(m_note, 1);
    noteRow->addWidget(m_link);

    auto *sign = new IconView(u"warning"_s);
    sign->setIcon(u"warning"_s, theme::Role::Caution);
    auto *warningRow = new QHBoxLayout(m_warningRow);
    warningRow->setContentsMargins(0, 0, 0, 0);
    warningRow->setSpacing(theme::gap);
    warningRow->addWidget(sign, 0, Qt::AlignTop);
    warningRow->addWidget(m_warning, 1);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap / 2);
    layout->addWidget(m_noteRow);
    layout->addWidget(m_warningRow);
    m_noteRow->hide();
    m_warningRow->hide();
    hide();
}

void EndpointBar::setEndpoint(const Endpoint *endpoint)
{
    m_source = endpoint ? endpoint->source : QString();
    m_link->setVisible(!m_source.isEmpty());
    m_link->setToolTip(m_source);
    QStringList words;
    if (endpoint) {
        words << (endpoint->isDeprecated ? tr("%1 (deprecated).").arg(endpoint->name) : tr("%1.").arg(endpoint->name));
        for (const QString &more : {endpoint->auth, endpoint->notes}) {
            if (!more.isEmpty())
                words << more;
        }
    }
    const QString text = words.join(u' ');
    m_note->setText(text);
    m_note->setAccessibleName(text);
    m_note->setToolTip(text.isEmpty() ? QString() : u"<p>%1</p>"_s.arg(words.join(u'\n').toHtmlEscaped().replace(u'\n', "<br>"_L1)));
    m_noteRow->setVisible(endpoint != nullptr);
    showWhatThereIs();
}

void EndpointBar::setWarnings(const QList<FieldWarning> &warnings)
{
    QStringList sentences;
    for (const FieldWarning &warning : warnings)
        sentences << warning.message;
    const QString all = sentences.join(u'\n');
    QString text = sentences.mid(0, shownWarnings).join(u' ');
    if (sentences.size() > shownWarnings)
        text += u' ' + tr("And %n more.", nullptr, static_cast<int>(sentences.size() - shownWarnings));
    m_warning->setText(warnings.isEmpty() ? QString() : tr("Unlike the documentation: %1").arg(text));
    m_warning->setAccessibleName(warnings.isEmpty() ? QString() : tr("Unlike the documentation: %1").arg(sentences.join(u' ')));
    m_warning->setToolTip(all.isEmpty() ? QString() : u"<p>%1</p>"_s.arg(all.toHtmlEscaped().replace(u'\n', "<br>"_L1)));
    m_warningRow->setVisible(!warnings.isEmpty());
    showWhatThereIs();
}

void EndpointBar::showWhatThereIs()
{
    setVisible(!m_noteRow->isHidden() || !m_warningRow->isHidden());
}

} // namespace keydesk
