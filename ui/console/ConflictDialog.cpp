#include "ui/console/ConflictDialog.h"

#include "app/base/Redactor.h"
#include "app/body/Alignment.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/CodeView.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTextBlock>

#include <algorithm>

namespace keydesk {

namespace {

// Beyond it two texts have too little in common to be compared line by line.
constexpr qsizetype mostEdits = 2000;

/// Behind each line that the other text does not have, and in words for who does not see it.
void mark(CodeView &view, const QList<bool> &differs)
{
    QList<QTextEdit::ExtraSelection> marks;
    for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
        if (!differs.value(block.blockNumber()))
            continue;
        QTextEdit::ExtraSelection selection;
        selection.cursor = QTextCursor(block);
        selection.format.setBackground(theme::colour(view.palette(), theme::Role::CautionFill));
        selection.format.setProperty(QTextFormat::FullWidthSelection, true);
        marks.append(selection);
    }
    view.setExtraSelections(marks);
    const auto count = std::ranges::count(differs, true);
    view.setAccessibleDescription(count == 0 ? ConflictDialog::tr("No line of it differs.")
                                             : ConflictDialog::tr("%n line(s) of it differ, the first is line %1.", nullptr, static_cast<int>(count))
                                                   .arg(differs.indexOf(true) + 1));
    if (count > 0) { // what it is about is in sight
        view.setTextCursor(QTextCursor(view.document()->findBlockByNumber(static_cast<int>(differs.indexOf(true)))));
        view.ensureCursorVisible();
    }
}

void markDifferences(CodeView &left, CodeView &right)
{
    const QStringList before = left.toPlainText().split(u'\n');
    const QStringList after = right.toPlainText().split(u'\n');
    const auto pairs = alignment(before.size(), after.size(), mostEdits, [&](qsizetype l, qsizetype r) { return before.at(l) == after.at(r); });
    if (!pairs)
        return;
    QList<bool> onlyLeft(before.size(), true);
    QList<bool> onlyRight(after.size(), true);
    for (const auto &[l, r] : *pairs)
        onlyLeft[l] = onlyRight[r] = false;
    mark(left, onlyLeft);
    mark(right, onlyRight);
}

} // namespace

ConflictDialog::ConflictDialog(const RequestConflict &conflict, const Redactor &redactor, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Changed Twice"));
    auto *columns = new QHBoxLayout;
    columns->setSpacing(theme::groupGap);
    const auto add = [&](const QString &title, const QString &text) {
        auto *label = new QLabel(title);
        label->setFont(theme::titleFont(font()));
        auto *view = new CodeView;
        view->setReadOnly(true);
        view->setAccessibleName(title);
        view->setPlainText(CodeView::withVisibleControls(redactor.redactText(text)));
        label->setBuddy(view);
        auto *column = new QVBoxLayout;
        column->addWidget(label);
        column->addWidget(view, 1);
        columns->addLayout(column);
        return view;
    };
    CodeView *mine = add(tr("Mine"), conflict.ours);
    CodeView *theirText = add(tr("Theirs, in the file"), conflict.theirs.isEmpty() ? tr("It is not there any more.") : conflict.theirs);
    if (!conflict.theirs.isEmpty())
        markDifferences(*mine, *theirText);

    auto *ours = new QPushButton(tr("Keep Mine"));
    auto *theirs = new QPushButton(tr("Take Theirs"));
    theirs->setEnabled(conflict.theirRequest.has_value());
    auto *later = new QPushButton(tr("Decide Later"));
    later->setDefault(true);
    connect(ours, &QPushButton::clicked, this, [this] {
        Q_EMIT oursChosen();
        accept();
    });
    connect(theirs, &QPushButton::clicked, this, [this] {
        Q_EMIT theirsChosen();
        accept();
    });
    connect(later, &QPushButton::clicked, this, &QDialog::reject);
    auto *foot = new QHBoxLayout;
    foot->addWidget(ours);
    foot->addWidget(theirs);
    foot->addStretch(1);
    foot->addWidget(later);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addLayout(columns, 1);
    layout->addLayout(foot);
    resize(900, 480);
}

} // namespace keydesk
