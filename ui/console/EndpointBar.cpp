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
    , m_link(new QToolButton(this))
{
    m_link->setAutoRaise(true);
    m_link->hide();
    m_link->setAccessibleName(tr("Documentation of this call"));
    connect(m_link, &QToolButton::clicked, this, [this] { QDesktopServices::openUrl(QUrl(m_source)); });
    hide();
}

/// At the first word that there is to say: the catalogues are read after the first frame, and this need not
/// be in it.
void EndpointBar::build()
{
    m_link->setIcon(icon(u"external-link"_s, theme::Role::SecondText));
    m_note = new ElidedLabel;
    m_note->setTextFormat(Qt::PlainText);
    m_warning = new RoleLabel(theme::Role::Caution, RoleLabel::Size::Second);
    m_warningRow = new QWidget;
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
    layout->addWidget(m_note);
    layout->addWidget(m_warningRow);
    m_note->hide();
    m_warningRow->hide();
}

void EndpointBar::setEndpoint(const Endpoint *endpoint)
{
    if (!m_note && !endpoint)
        return;
    if (!m_note)
        build();
    m_source = endpoint ? endpoint->source : QString();
    m_link->setVisible(!m_source.isEmpty());
    m_link->setToolTip(tr("Documentation: %1").arg(m_source).toHtmlEscaped());
    QStringList words;
    if (endpoint) {
        if (endpoint->isDeprecated)
            words << tr("Deprecated.");
        for (const QString &more : {endpoint->auth, endpoint->notes}) {
            if (!more.isEmpty())
                words << more;
        }
    }
    const QString text = words.join(u' ');
    m_note->setText(text);
    m_note->setAccessibleName(text);
    m_note->setToolTip(text.isEmpty()
                           ? QString()
                           : u"<p>%1</p>"_s.arg(words.join(u'\n').toHtmlEscaped().replace(u'\n', "<br>"_L1)));
    m_note->setVisible(!text.isEmpty());
    showWhatThereIs();
}

void EndpointBar::setWarnings(const QList<FieldWarning> &warnings)
{
    if (!m_note && warnings.isEmpty())
        return;
    if (!m_note)
        build();
    QStringList sentences;
    for (const FieldWarning &warning : warnings)
        sentences << warning.message;
    const QString all = sentences.join(u'\n');
    QString text = sentences.mid(0, shownWarnings).join(u' ');
    if (sentences.size() > shownWarnings)
        text += u' ' + tr("And %n more.", nullptr, static_cast<int>(sentences.size() - shownWarnings));
    m_warning->setText(warnings.isEmpty() ? QString() : tr("Unlike the documentation: %1").arg(text));
    m_warning->setAccessibleName(
        warnings.isEmpty() ? QString() : tr("Unlike the documentation: %1").arg(sentences.join(u' ')));
    m_warning->setToolTip(all.isEmpty() ? QString()
                                        : u"<p>%1</p>"_s.arg(all.toHtmlEscaped().replace(u'\n', "<br>"_L1)));
    m_warningRow->setVisible(!warnings.isEmpty());
    showWhatThereIs();
}

void EndpointBar::showWhatThereIs()
{
    setVisible(!m_note->isHidden() || !m_warningRow->isHidden());
}

} // namespace keydesk
