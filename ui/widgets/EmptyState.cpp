#include "ui/widgets/EmptyState.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/WrappingLabel.h"

namespace keydesk {

namespace {

constexpr int narrowest = 160;
constexpr int widestSentence = 420;

/// Its hints are what its layout makes of it anyway; QLabel would try ten widths to find one that looks
/// balanced.
class Sentence final : public WrappingLabel
{
public:
    using WrappingLabel::WrappingLabel;

    QSize sizeHint() const override { return {widestSentence, heightForWidth(widestSentence)}; }
    QSize minimumSizeHint() const override { return {narrowest, fontMetrics().height()}; }
};

} // namespace

EmptyState::EmptyState(const QString &iconName, const QString &sentence, const QString &buttonText,
                       QWidget *parent)
    : QWidget(parent)
    , m_sentence(new Sentence(sentence))
    , m_button(new QPushButton(buttonText))
{
    auto *drawing = new IconView(iconName, 40);
    drawing->setIcon(iconName, theme::Role::SecondText);
    m_sentence->setForegroundRole(QPalette::PlaceholderText);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setMinimumWidth(narrowest);
    m_sentence->setMaximumWidth(widestSentence);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_button->setVisible(!buttonText.isEmpty());
    m_button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::buttonClicked);

    // A wrapping label inside an aligned cell gets its narrowest width; stretches at both sides let it be as
    // wide as it may.
    auto *sentenceRow = new QHBoxLayout;
    sentenceRow->addStretch(1);
    sentenceRow->addWidget(m_sentence, 100);
    sentenceRow->addStretch(1);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addStretch(2);
    layout->addWidget(drawing, 0, Qt::AlignHCenter);
    layout->addLayout(sentenceRow);
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch(3);
}

void EmptyState::setSentence(const QString &sentence)
{
    m_sentence->setText(sentence);
}

} // namespace keydesk
