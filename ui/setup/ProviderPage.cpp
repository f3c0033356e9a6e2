#include "ui/setup/ProviderPage.h"

#include "app/Core.h"
#include "ui/setup/Card.h"
#include "ui/setup/ProviderDelegate.h"
#include "ui/setup/RoleLabel.h"
#include "ui/setup/SetupDraft.h"
#include "ui/widgets/TabOrder.h"

#include <QComboBox>
#include <QEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// A field name by RFC 9110, 5.1.
bool isHeaderName(const QString &name)
{
    static const QRegularExpression token(u"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$"_s);
    return token.match(name).hasMatch();
}

bool isParameterName(const QString &name)
{
    static const QRegularExpression plain(u"^[^\\s=&?#\\p{Cc}]{1,128}$"_s);
    return plain.match(name).hasMatch();
}

} // namespace

ProviderPage::ProviderPage(Core &core, SetupDraft &draft, QWidget *parent)
    : SetupPage(core, draft, parent)
    , m_list(new QListWidget)
    , m_problems(new FactsCard(tr("Provider files that could not be read")))
    , m_address(new QWidget)
{
    setHeading(tr("Whose API do you call?"), tr("The sandbox needs no account: it runs on this computer."));
    m_list->setAccessibleName(tr("Provider"));
    m_list->setItemDelegate(new ProviderDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFrameShape(QFrame::NoFrame);
    fill();
    column().addWidget(m_list, 1);
    column().addWidget(m_address);
    column().addWidget(m_problems);
    new QVBoxLayout(m_address);
    m_address->layout()->setContentsMargins(0, 0, 0, 0);

    m_list->viewport()->installEventFilter(this);
    connect(m_list, &QListWidget::currentRowChanged, this, &ProviderPage::showAddress);
    connect(m_list, &QListWidget::itemDoubleClicked, this, &SetupPage::nextRequested);
}

void ProviderPage::fill()
{
    for (const Provider &provider : m_core.providers.all()) {
        auto *item = new QListWidgetItem(provider.name, m_list);
        item->setData(ProviderDelegate::IdRole, provider.id);
        item->setData(ProviderDelegate::BadgeRole, provider.badge);
        item->setData(ProviderDelegate::SummaryRole, provider.summary);
        item->setData(Qt::AccessibleDescriptionRole, provider.summary);
    }
    QList<Fact> facts;
    for (const ProviderCatalog::Problem &problem : m_core.providers.problems())
        facts << Fact{u"warning"_s,
                      theme::Role::Caution,
                      tr("%1 was left out. %2").arg(problem.file, problem.message),
                      theme::Role::Text,
                      {problem.file},
                      {},
                      {}};
    m_problems->setFacts(facts);
}

void ProviderPage::enter()
{
    int row = 0;
    for (int i = 0; i < m_list->count(); ++i)
        if (m_list->item(i)->data(ProviderDelegate::IdRole).toString() == m_draft.providerId)
            row = i;
    m_list->setCurrentRow(row);
    showAddress();
}

QString ProviderPage::chosen() const
{
    const QListWidgetItem *item = m_list->currentItem();
    return item ? item->data(ProviderDelegate::IdRole).toString() : QString();
}

ProviderPage::Field ProviderPage::addField(const QString &label, const QString &example, const QString &value)
{
    auto *words = new RoleLabel;
    words->setText(label);
    words->setTextInteractionFlags(Qt::NoTextInteraction);
    auto *edit = new QLineEdit(value);
    edit->setPlaceholderText(example);
    edit->setAccessibleName(label);
    edit->setMaxLength(2000);
    words->setBuddy(edit);
    auto *problem = new FieldProblem(edit);
    for (QWidget *each : std::initializer_list<QWidget *>{words, edit, problem})
        m_address->layout()->addWidget(each);
    connect(edit, &QLineEdit::textEdited, problem, &FieldProblem::clear);
    return {words, edit, problem};
}

void ProviderPage::showAddress()
{
    const Provider *provider = m_core.providers.find(chosen());
    if (!provider || provider->id == m_addressOf)
        return;
    m_addressOf = provider->id;
    m_parts.clear();
    m_baseUrl = m_header = m_parameter = {};
    m_sentAs = nullptr;
    while (QLayoutItem *item = m_address->layout()->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const bool same = provider->id == m_draft.providerId;
    for (const BaseUrlPart &part : provider->baseUrlParts)
        m_parts.append({part.name, addField(part.label, part.example,
                                            same ? m_draft.baseUrlParts.value(part.name) : QString())});
    if (provider->isCustom)
        m_baseUrl = addField(tr("Base URL"), u"https://api.example.com/v1"_s,
                             same ? m_draft.customBaseUrl : QString());
    if (asksForForm(*provider))
        addForm(same);
    continueTabOrder(m_address, m_list);
    const bool asks = !m_parts.isEmpty() || m_baseUrl.edit;
    m_address->setVisible(asks); // the list becomes lower: see eventFilter
}

void ProviderPage::addForm(bool same)
{
    using SentAs = SetupDraft::SentAs;
    auto *words = new RoleLabel;
    words->setText(tr("How the key is sent"));
    words->setTextInteractionFlags(Qt::NoTextInteraction);
    m_sentAs = new QComboBox;
    m_sentAs->setAccessibleName(words->text());
    words->setBuddy(m_sentAs);
    m_sentAs->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_sentAs->setMinimumContentsLength(12); // large type must not widen the page
    for (const auto &[text, value] : {std::pair{tr("Bearer token"), SentAs::Bearer},
                                      std::pair{tr("API key in a header"), SentAs::Header},
                                      std::pair{tr("API key in the query"), SentAs::Query},
                                      std::pair{tr("User name and password (Basic)"), SentAs::Basic},
                                      std::pair{tr("OAuth 2 client credentials"), SentAs::OAuth}})
        m_sentAs->addItem(text, static_cast<int>(value));
    if (same)
        m_sentAs->setCurrentIndex(m_sentAs->findData(static_cast<int>(m_draft.sentAs)));
    m_address->layout()->addWidget(words);
    m_address->layout()->addWidget(m_sentAs);
    const QString name = same ? m_draft.customHeaderName : QString();
    m_header = addField(tr("Header name"), u"X-API-Key"_s, name);
    m_parameter = addField(tr("Parameter name"), u"api_key"_s, name);
    connect(m_sentAs, &QComboBox::currentIndexChanged, this, &ProviderPage::showForm);
    showForm();
}

void ProviderPage::showForm()
{
    const auto chosen = static_cast<SetupDraft::SentAs>(m_sentAs->currentData().toInt());
    for (const auto &[field, shown] : {std::pair{m_header, chosen == SetupDraft::SentAs::Header},
                                       std::pair{m_parameter, chosen == SetupDraft::SentAs::Query}}) {
        field.problem->clear();
        field.label->setVisible(shown);
        field.edit->setVisible(shown);
    }
}

bool ProviderPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && m_list->currentItem())
        QMetaObject::invokeMethod(
            m_list, [this] { m_list->scrollToItem(m_list->currentItem()); }, Qt::QueuedConnection);
    return SetupPage::eventFilter(watched, event);
}

void ProviderPage::takeAddress()
{
    for (const auto &[name, field] : std::as_const(m_parts))
        m_draft.baseUrlParts.insert(name, field.edit->text().trimmed());
    if (m_baseUrl.edit)
        m_draft.customBaseUrl = m_baseUrl.edit->text().trimmed();
    if (!m_sentAs)
        return;
    m_draft.sentAs = static_cast<SetupDraft::SentAs>(m_sentAs->currentData().toInt());
    const bool inQuery = m_draft.sentAs == SetupDraft::SentAs::Query;
    m_draft.customHeaderName = (inQuery ? m_parameter : m_header).edit->text().trimmed();
}

bool ProviderPage::formIsGood()
{
    using SentAs = SetupDraft::SentAs;
    const QString name = m_draft.customHeaderName;
    if (!m_sentAs || (m_draft.sentAs != SentAs::Header && m_draft.sentAs != SentAs::Query))
        return true;
    if (m_draft.sentAs == SentAs::Header && !isHeaderName(name)) {
        m_header.problem->setText(
            name.isEmpty() ? tr("Enter the name of the header, such as X-API-Key.")
                           : tr("“%1” cannot be a header name. Use letters, digits and hyphens, such as X-API-Key.")
                                 .arg(name.left(60)));
        return false;
    }
    if (m_draft.sentAs == SentAs::Query && !isParameterName(name)) {
        m_parameter.problem->setText(
            name.isEmpty()
                ? tr("Enter the name of the parameter, such as api_key.")
                : tr("“%1” cannot be the name of the parameter. Enter only what stands before the =, such as api_key.")
                      .arg(name.left(60)));
        return false;
    }
    return true;
}

bool ProviderPage::addressIsGood()
{
    Field place = m_baseUrl; // where what is wrong with the address is said
    for (const auto &[name, field] : std::as_const(m_parts)) {
        field.problem->clear();
        const bool missing = field.edit->text().trimmed().isEmpty();
        if (!place.edit || (missing && !place.edit->text().trimmed().isEmpty()))
            place = field;
    }
    if (!place.edit)
        return true;
    place.problem->clear();
    if (const auto base = draftBaseUrl(m_draft, m_core); !base) {
        place.problem->setText(base.error().message);
        return false;
    }
    return formIsGood();
}

bool ProviderPage::leave()
{
    if (chosen().isEmpty())
        return false;
    m_draft.chooseProvider(chosen());
    takeAddress();
    if (!addressIsGood())
        return false;
    if (!m_draft.environmentChosen) {
        const auto environment = fittingEnvironment(m_draft, m_core);
        m_draft.environmentId = environment ? std::optional(environment->id) : std::nullopt;
    }
    return true;
}

QWidget *ProviderPage::firstField() const
{
    return m_list;
}

} // namespace keydesk
